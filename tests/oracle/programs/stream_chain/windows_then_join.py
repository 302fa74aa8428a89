"""What does a join of two window aggregations give, and of one with a plain stream?"""

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
        "l": [left(1, "a", 1), left(2, "a", 2), left(3, "b", 3)],
        "r": [right(3, "a", 10), right(14, "b", 20)],
    },
    {"l": [left(30, "z", 3)], "r": [right(30, "z", 30)]},
    {"l": [left(60, "z", 4)], "r": [right(60, "z", 40)]},
    {"l": [left(100, "y", 5)], "r": [right(101, "y", 50)]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def parts(source):
        lefts = source("l", LEFT).withWatermark("lt", "5 seconds")
        rights = source("r", RIGHT).withWatermark("rt", "5 seconds")
        return lefts, rights

    for kind in ("inner", "left_outer"):

        def build(source, kind=kind):
            lefts, rights = parts(source)
            a = lefts.groupBy(F.window("lt", "10 seconds"), F.col("lk").alias("k")).agg(
                F.sum("lv").alias("l")
            )
            b = rights.groupBy(F.window("rt", "10 seconds"), F.col("rk").alias("k")).agg(
                F.sum("rv").alias("r")
            )
            return a.join(b, ["window", "k"], kind)

        yield from ctx.steps(f"two, {kind}", build, "append", STEPS)

    def plain(source):
        lefts, rights = parts(source)
        a = lefts.groupBy(F.window("lt", "10 seconds"), "lk").agg(F.sum("lv").alias("l"))
        a = a.select(F.window_time("window").alias("wt"), "lk", "l")
        return a.join(rights, F.expr("lk = rk AND rt BETWEEN wt - INTERVAL 10 SECONDS AND wt"))

    yield from ctx.steps("with a plain stream", plain, "append", STEPS)
