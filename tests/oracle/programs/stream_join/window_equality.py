"""What do joins on equal windows and keys give, and when?"""

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
    {"l": [left(1, "a"), left(8, "a", 2), left(12, "b", 3)], "r": [right(3, "a", 10)]},
    {"l": [left(25, "c", 4)], "r": [right(26, "c", 40), right(19, "b", 30)]},
    {"l": [left(5, "a", 5), left(21, "c", 6)], "r": [right(47, "d", 50)]},
    {"l": [left(60, "e", 7)], "r": [right(65, "e", 70)]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    for kind in ("inner", "left_outer", "left_semi"):

        def joined(source, kind=kind):
            lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
            rights = source("r", RIGHT).withWatermark("rt", "5 seconds")
            lefts = lefts.select(F.window("lt", "10 seconds").alias("w"), "lk", "lv")
            rights = rights.select(F.window("rt", "10 seconds").alias("w"), "rk", "rv")
            return lefts.join(rights, (lefts.w == rights.w) & F.expr("lk = rk"), kind)

        yield from ctx.steps(kind, joined, "append", STEPS)
