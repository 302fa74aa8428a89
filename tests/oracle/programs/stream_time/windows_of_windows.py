"""When do windows of windows close, with one operator's watermark behind the other's?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:01"), at("00:07", "b"), at("00:12")]},
    {"a": [at("00:20")]},
    {"a": [at("00:02"), at("00:21")]},
    {"a": [at("01:30")]},
]


def run(spark, ctx):
    def counts(source):
        rows = source("a", SCHEMA).withWatermark("t", "0 seconds")
        return rows.groupBy(F.window("t", "5 seconds"), "k").count()

    def again(source):
        rows = counts(source)
        return rows.groupBy(F.window("window", "10 seconds")).agg(F.sum("count").alias("n"))

    def three(source):
        rows = again(source)
        return rows.groupBy(F.window("window", "20 seconds")).agg(F.sum("n").alias("n"))

    yield from ctx.steps("two", again, "append", STEPS)
    yield from ctx.steps("three", three, "append", STEPS)
    for mode in ("update", "complete"):
        yield from ctx.steps(f"two, {mode}", again, mode, STEPS)
