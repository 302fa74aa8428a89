"""Which late rows does a join drop on either side, and does an equal time count as late?"""

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
    {"l": [left(60, "x")], "r": [right(60, "x")]},
    {
        "l": [left(49, "late", 2), left(50, "edge", 3), left(51, "in", 4)],
        "r": [right(49, "late"), right(50, "edge"), right(51, "in")],
    },
    {"l": [left(100, "y")], "r": [right(100, "y")]},
]


def run(spark, ctx):
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
    for kind in ("inner", "left_outer", "right_outer", "full_outer", "left_semi"):

        def joined(source, kind=kind):
            lefts = source("l", LEFT).withWatermark("lt", "10 seconds")
            rights = source("r", RIGHT).withWatermark("rt", "10 seconds")
            return lefts.join(rights, near, kind)

        yield from ctx.steps(kind, joined, "append", STEPS)
