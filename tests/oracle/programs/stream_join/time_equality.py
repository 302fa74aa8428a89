"""What do joins on equal event times give, and when is their state removed?"""

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
    {"l": [left(1, "a"), left(2, "b", 2)], "r": [right(1, "a", 10), right(3, "c", 30)]},
    {"l": [left(20, "c", 3)], "r": [right(20, "c", 31), right(2, "b", 20)]},
    {"l": [left(10, "d", 4), left(9, "e", 5)], "r": [right(10, "d", 40)]},
    {"l": [left(60, "z")], "r": [right(61, "z")]},
]


def run(spark, ctx):
    for kind in ("inner", "left_outer", "full_outer", "left_semi"):

        def joined(source, kind=kind):
            lefts = source("l", LEFT).withWatermark("lt", "10 seconds")
            rights = source("r", RIGHT).withWatermark("rt", "10 seconds")
            return lefts.join(rights, F.expr("lt = rt AND lk = rk"), kind)

        yield from ctx.steps(kind, joined, "append", STEPS)
