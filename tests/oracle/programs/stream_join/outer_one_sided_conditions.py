"""What does a condition on one side alone do in an outer join of streams?"""

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
    {"l": [left(10, "a", 1), left(10, "a", 5)], "r": [right(11, "a", 1), right(12, "a", 5)]},
    {"l": [left(60, "z", 1), left(60, "z", 5)], "r": [right(60, "y", 1)]},
    {"l": [left(99, "w", 5)], "r": [right(99, "v", 5)]},
]


def run(spark, ctx):
    near = "lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS AND "
    for kind in ("left_outer", "right_outer", "full_outer", "left_semi"):
        for extra in ("lv > 3", "rv > 3", "lv <> rv"):

            def joined(source, kind=kind, extra=extra):
                lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
                rights = source("r", RIGHT).withWatermark("rt", "5 seconds")
                return lefts.join(rights, F.expr(near + extra), kind)

            yield from ctx.steps(f"{kind} {extra}", joined, "append", STEPS)
