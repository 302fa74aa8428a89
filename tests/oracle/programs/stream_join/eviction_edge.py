"""On which watermark exactly does a row leave the state of either side?"""

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
    {"l": [left(20, "a")], "r": [right(20, "b")]},
    {"l": [left(35, "x")], "r": [right(35, "x")]},
    {"l": [left(36, "x")], "r": [right(36, "x")]},
    {"l": [left(40, "x")], "r": [right(40, "x")]},
    {"l": [left(41, "x")], "r": [right(41, "x")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    for name, condition in {
        "inclusive": "rt >= lt AND rt <= lt + INTERVAL 10 SECONDS",
        "exclusive": "rt > lt AND rt < lt + INTERVAL 10 SECONDS",
    }.items():

        def joined(source, condition=condition):
            lefts = source("l", LEFT).withWatermark("lt", "10 seconds")
            rights = source("r", RIGHT).withWatermark("rt", "10 seconds")
            return lefts.join(rights, F.expr("lk = rk AND " + condition), "full_outer")

        yield from ctx.steps(name, joined, "append", STEPS)
