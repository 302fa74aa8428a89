"""How do three aggregations in a row pass the watermark on?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(12, v=2)]},
    {"a": [at(32, v=4)]},
    {"a": [at(75, "z")]},
    {"a": [at(190, "y")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def build(source):
        df = source("a", SCHEMA).withWatermark("t", "5 seconds")
        df = df.groupBy(F.window("t", "10 seconds"), "k").agg(F.sum("v").alias("v"))
        df = df.groupBy(F.window("window", "20 seconds"), "k").agg(F.sum("v").alias("v"))
        return df.groupBy(F.window("window", "60 seconds")).agg(F.sum("v").alias("v"))

    yield from ctx.steps("three", build, "append", STEPS)
