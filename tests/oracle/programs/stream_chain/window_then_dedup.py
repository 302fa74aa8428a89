"""What does dropDuplicates after a window aggregation give?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(2), at(12, v=2)]},
    {"a": [at(30, "b", 1)]},
    {"a": [at(60, "z")]},
    {"a": [at(90, "y")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def build(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        counted = rows.groupBy(F.window("t", "10 seconds"), "k").agg(F.sum("v").alias("s"))
        return counted.dropDuplicates(["window", "s"])

    yield from ctx.steps("with the window", build, "append", STEPS)

    def without(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        counted = rows.groupBy(F.window("t", "10 seconds"), "k").agg(F.sum("v").alias("s"))
        return counted.select("s").dropDuplicates(["s"])

    yield from ctx.steps("without the window", without, "append", STEPS)
