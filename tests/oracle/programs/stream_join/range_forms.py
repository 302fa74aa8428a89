"""Which ways to write a time range let the state be removed?"""

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
    {"l": [left(20, "a")], "r": [right(22, "a")]},
    {"l": [left(100, "x")], "r": [right(100, "y")]},
]
RANGES = [
    "lt >= rt - INTERVAL 5 SECONDS AND lt <= rt + INTERVAL 5 SECONDS",
    "rt - lt <= INTERVAL 5 SECONDS AND rt - lt >= INTERVAL 0 SECONDS",
    "unix_timestamp(rt) - unix_timestamp(lt) BETWEEN 0 AND 5",
    "lt + INTERVAL 2 SECONDS = rt",
    "rt >= lt AND (rt <= lt + INTERVAL 5 SECONDS OR lv > 100)",
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    for text in RANGES:

        def joined(source, text=text):
            lefts = source("l", LEFT).withWatermark("lt", "10 seconds")
            rights = source("r", RIGHT).withWatermark("rt", "10 seconds")
            return lefts.join(rights, F.expr("lk = rk AND " + text))

        yield from ctx.steps(text, joined, "append", STEPS)
