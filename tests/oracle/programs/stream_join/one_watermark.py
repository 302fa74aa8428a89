"""What does a watermark on one side alone do to the outer join and its state?"""

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
    {"l": [left(10, "a"), left(11, "b", 2)], "r": [right(12, "a", 10), right(12, "c", 30)]},
    {"l": [left(60, "z")], "r": [right(61, "y", 1)]},
    {"l": [left(13, "a", 9)], "r": [right(14, "a", 90)]},
]


def run(spark, ctx):
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
    for side, kind in (
        ("l", "inner"),
        ("r", "inner"),
        ("l", "right_outer"),
        ("r", "left_outer"),
        ("r", "left_semi"),
    ):

        def joined(source, side=side, kind=kind):
            lefts, rights = source("l", LEFT), source("r", RIGHT)
            if side == "l":
                lefts = lefts.withWatermark("lt", "5 seconds")
            else:
                rights = rights.withWatermark("rt", "5 seconds")
            return lefts.join(rights, near, kind)

        yield from ctx.steps(f"{side} {kind}", joined, "append", STEPS)
