"""Does a TIMESTAMP_NTZ column serve as event time, cast, or without a mark?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP_NTZ, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}", "k": k}


STEPS = [
    {"a": [at("00:01"), at("00:12")]},
    {"a": [at("00:40", "b")]},
    {"a": [at("00:02", "late"), at("00:30", "edge")]},
]


def run(spark, ctx):
    def counts(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.window("t", "10 seconds"), "k").count()

    def cast(source):
        rows = source("a", SCHEMA).withColumn("t", F.col("t").cast("timestamp"))
        return rows.withWatermark("t", "10 seconds").groupBy(F.window("t", "10 seconds")).count()

    def unmarked(source):
        return source("a", SCHEMA).groupBy(F.window("t", "10 seconds"), "k").count()

    yield from ctx.steps("marked", counts, "append", STEPS)
    yield from ctx.steps("cast", cast, "append", STEPS)
    yield from ctx.steps("no mark", unmarked, "update", STEPS)
