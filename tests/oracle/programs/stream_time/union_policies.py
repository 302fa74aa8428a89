"""Which watermark has a union of two streams, with each policy and with one idle side?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:11")]},
    {"a": [at("00:30")], "b": [at("00:20", "b")]},
    {"b": [at("00:50", "b")]},
    {"a": [at("00:05", "late")], "b": [at("00:21", "b")]},
]


def run(spark, ctx):
    def both(source):
        one = source("a", SCHEMA).withWatermark("t", "0 seconds")
        other = source("b", SCHEMA).withWatermark("t", "5 seconds")
        return one.union(other).groupBy(F.window("t", "10 seconds"), "k").count()

    def after(source):
        rows = source("a", SCHEMA).union(source("b", SCHEMA)).withWatermark("t", "0 seconds")
        return rows.groupBy(F.window("t", "10 seconds"), "k").count()

    def one_side(source):
        one = source("a", SCHEMA).withWatermark("t", "0 seconds")
        return one.union(source("b", SCHEMA)).groupBy(F.window("t", "10 seconds"), "k").count()

    for policy in ("min", "max"):
        spark.conf.set("spark.sql.streaming.multipleWatermarkPolicy", policy)
        yield from ctx.steps(f"{policy}", both, "append", STEPS)
    yield from ctx.steps("one mark after the union", after, "append", STEPS[:3])
    yield from ctx.steps("one side marked", one_side, "append", STEPS[:3])
    yield (
        "no policy",
        ctx.error(lambda: spark.conf.set("spark.sql.streaming.multipleWatermarkPolicy", "mean")),
    )
