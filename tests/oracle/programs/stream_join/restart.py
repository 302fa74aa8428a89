"""Does a restart after every step change what a join gives?"""

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
    {"l": [left(10, "a"), left(11, "b", 2)]},
    {"r": [right(14, "a", 10)]},
    {"l": [left(60, "c", 3)], "r": [right(61, "d", 40)]},
    {"r": [right(62, "c", 30), right(20, "late")]},
    {"l": [left(100, "e", 5)], "r": [right(100, "f", 6)]},
]


def run(spark, ctx):
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
    for kind in ("inner", "full_outer"):

        def joined(source, kind=kind):
            lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
            rights = source("r", RIGHT).withWatermark("rt", "5 seconds")
            return lefts.join(rights, near, kind)

        yield from ctx.steps(kind, joined, "append", STEPS, restart_each_step=True)
