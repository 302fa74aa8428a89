"""What becomes of rows without an event time or without a key?"""

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
    {
        "l": [{"lt": None, "lk": "a", "lv": 1}, left(10, None, 2), left(10, "a", 3)],
        "r": [{"rt": None, "rk": "a", "rv": 10}, right(11, None, 20), right(11, "a", 30)],
    },
    {"l": [left(60, "z")], "r": [right(61, "y", 1)]},
    {"l": [{"lt": None, "lk": "a", "lv": 4}], "r": [{"rt": None, "rk": "y", "rv": 40}]},
]


def run(spark, ctx):
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
    for kind in ("inner", "left_outer", "full_outer", "left_semi"):

        def joined(source, kind=kind):
            lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
            rights = source("r", RIGHT).withWatermark("rt", "5 seconds")
            return lefts.join(rights, near, kind)

        yield from ctx.steps(kind, joined, "append", STEPS)
