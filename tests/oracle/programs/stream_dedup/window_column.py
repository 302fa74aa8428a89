"""Does dropDuplicates on a window column forget by the watermark?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(2), at(12), at(3, "b")]},
    {"a": [at(40, "z")]},
    {"a": [at(5), at(25), at(31, "y")]},
    {"a": [at(100, "z")]},
]


def run(spark, ctx):
    def build(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.select(F.window("t", "10 seconds").alias("w"), "k").dropDuplicates(["w", "k"])

    yield from ctx.steps("window", build, "append", STEPS)

    def within(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.select(
            F.window("t", "10 seconds").alias("w"), "k"
        ).dropDuplicatesWithinWatermark(["k"])

    yield from ctx.steps("within", within, "append", STEPS)
