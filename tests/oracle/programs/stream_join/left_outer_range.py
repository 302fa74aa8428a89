"""When do the unmatched rows of a left outer join within a time range come out?"""

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
        "l": [left(10, "a"), left(11, "b", 2), left(12, None, 3)],
        "r": [right(15, "a", 10), right(15, None, 30), right(9, "b", 20)],
    },
    {"l": [left(30, "a", 4)], "r": [right(31, "a", 11), right(40, "a", 12), right(41, "a", 13)]},
    {"l": [left(60, "z", 5)], "r": [right(62, "y", 50)]},
    {"l": [left(20, "late", 6), left(58, "y", 7)], "r": [right(20, "late", 60)]},
    {"l": [left(120, "c", 8)], "r": [right(120, "d", 80)]},
]


def run(spark, ctx):
    def joined(source):
        lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
        rights = source("r", RIGHT).withWatermark("rt", "10 seconds")
        near = F.expr("lk = rk AND rt >= lt AND rt <= lt + INTERVAL 10 SECONDS")
        return lefts.join(rights, near, "left_outer")

    yield from ctx.steps("left_outer", joined, "append", STEPS)
