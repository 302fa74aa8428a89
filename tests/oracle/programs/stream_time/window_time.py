"""What is window_time of a window of a stream, as a column and as the next aggregation's key?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:01"), at("00:07", "b"), at("00:12")]},
    {"a": [at("00:02"), at("00:25")]},
]


def run(spark, ctx):
    def counts(source):
        rows = source("a", SCHEMA).withWatermark("t", "0 seconds")
        return rows.groupBy(F.window("t", "5 seconds"), "k").count()

    builds = {
        "column": lambda s: counts(s).select(F.window_time("window"), "k", "count"),
        "named": lambda s: counts(s).withColumn("at", F.window_time("window")).drop("window"),
        "next window": lambda s: (
            counts(s)
            .groupBy(F.window(F.window_time("window"), "10 seconds"))
            .agg(F.sum("count").alias("n"))
        ),
        "next key": lambda s: (
            counts(s)
            .select(F.window_time("window").alias("at"), "count")
            .groupBy("at")
            .agg(F.sum("count").alias("n"))
        ),
    }
    for name, build in builds.items():
        yield from ctx.steps(name, build, "append", STEPS)
