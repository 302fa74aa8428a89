"""Which output modes does each kind of stream-stream join allow, and what does update give?"""

from pyspark.sql import functions as F

LEFT = "lt TIMESTAMP, lk STRING, lv INT"
RIGHT = "rt TIMESTAMP, rk STRING, rv INT"


def clock(second):
    return f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"


def left(second, k, v=1):
    return {"lt": clock(second), "lk": k, "lv": v}


def right(second, k, v=1):
    return {"rt": clock(second), "rk": k, "rv": v}


STEPS = [
    {"l": [left(10, "a")], "r": [right(11, "a", 10), right(12, "b", 20)]},
    {"l": [left(60, "z")], "r": [right(60, "y", 1)]},
]


def run(spark, ctx):
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
    for kind in ("inner", "left_outer", "right_outer", "full_outer", "left_semi", "left_anti"):
        for mode in ("update", "complete"):

            def joined(source, kind=kind):
                lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
                rights = source("r", RIGHT).withWatermark("rt", "5 seconds")
                return lefts.join(rights, near, kind)

            yield from ctx.steps(f"{kind} {mode}", joined, mode, STEPS)
