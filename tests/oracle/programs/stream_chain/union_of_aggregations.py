"""What does a union of two aggregations give, and of an aggregation and a plain stream?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(2)], "b": [at(3, "b"), at(12, "b", 5)]},
    {"a": [at(40)]},
    {"b": [at(45, "b")]},
    {"a": [at(100)], "b": [at(100, "b")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def counted(rows, length):
        return rows.groupBy(F.window("t", length), "k").agg(F.sum("v").alias("s"))

    def build(source):
        a = source("a", SCHEMA).withWatermark("t", "10 seconds")
        b = source("b", SCHEMA).withWatermark("t", "10 seconds")
        return counted(a, "10 seconds").union(counted(b, "20 seconds"))

    yield from ctx.steps("two", build, "append", STEPS)

    def mixed(source):
        a = source("a", SCHEMA).withWatermark("t", "10 seconds")
        b = source("b", SCHEMA)
        return counted(a, "10 seconds").select("k", "s").union(b.select("k", "v"))

    yield from ctx.steps("with a plain stream", mixed, "append", STEPS)

    def then_counted(source):
        a = source("a", SCHEMA).withWatermark("t", "10 seconds")
        b = source("b", SCHEMA).withWatermark("t", "10 seconds")
        both = counted(a, "10 seconds").union(counted(b, "10 seconds"))
        return both.groupBy(F.window("window", "20 seconds")).agg(F.sum("s").alias("s"))

    yield from ctx.steps("counted again", then_counted, "append", STEPS)
