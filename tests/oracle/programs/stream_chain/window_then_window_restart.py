"""Does a restart after every step change what a chain of two aggregations gives?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(12, v=2), at(15, "b", 3)]},
    {"a": [at(32, v=4)]},
    {"a": [at(75, "z")]},
    {"a": [at(140, "y")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def build(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        short = rows.groupBy(F.window("t", "10 seconds"), "k").agg(F.sum("v").alias("v"))
        return short.groupBy(F.window("window", "30 seconds")).agg(F.sum("v").alias("v"))

    yield from ctx.steps("restarts", build, "append", STEPS, restart_each_step=True)
