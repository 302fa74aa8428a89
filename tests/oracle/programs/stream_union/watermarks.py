"""Which watermark does a union of streams with different watermarks have?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(30)], "b": [at(60, "b")]},
    {"a": [at(70)]},
    {"b": [at(10, "late"), at(45, "b")]},
    {"b": [at(120, "b")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def before(source):
        a = source("a", SCHEMA).withWatermark("t", "5 seconds")
        b = source("b", SCHEMA).withWatermark("t", "20 seconds")
        return a.union(b).groupBy(F.window("t", "10 seconds")).agg(F.sum("v").alias("s"))

    def one_side(source):
        a = source("a", SCHEMA).withWatermark("t", "5 seconds")
        return (
            a.union(source("b", SCHEMA))
            .groupBy(F.window("t", "10 seconds"))
            .agg(F.sum("v").alias("s"))
        )

    def other_side(source):
        b = source("b", SCHEMA).withWatermark("t", "5 seconds")
        return (
            source("a", SCHEMA)
            .union(b)
            .groupBy(F.window("t", "10 seconds"))
            .agg(F.sum("v").alias("s"))
        )

    def after(source):
        both = source("a", SCHEMA).union(source("b", SCHEMA)).withWatermark("t", "5 seconds")
        return both.groupBy(F.window("t", "10 seconds")).agg(F.sum("v").alias("s"))

    for policy in ("min", "max"):
        spark.conf.set("spark.sql.streaming.multipleWatermarkPolicy", policy)
        yield from ctx.steps(f"before, {policy}", before, "append", STEPS)
    spark.conf.unset("spark.sql.streaming.multipleWatermarkPolicy")
    yield from ctx.steps("one side", one_side, "append", STEPS)
    yield from ctx.steps("other side", other_side, "append", STEPS)
    yield from ctx.steps("after", after, "append", STEPS)
