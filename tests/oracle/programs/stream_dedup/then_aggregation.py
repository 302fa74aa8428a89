"""What does an aggregation after dropDuplicates give, in each mode?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1, v=1), at(1, v=1), at(2, v=5)]},
    {"a": [at(1, v=1), at(3, "b", 7)]},
    {"a": [at(40, "z")]},
    {"a": [at(5, "late"), at(75, "y")]},
]


def run(spark, ctx):
    def build(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds").dropDuplicates(["k", "t"])
        return rows.groupBy(F.window("t", "10 seconds"), "k").agg(F.sum("v").alias("s"))

    for mode in ("append", "update"):
        yield from ctx.steps(mode, build, mode, STEPS)

    def no_watermark(source):
        return source("a", SCHEMA).dropDuplicates(["k"]).groupBy("k").count()

    for mode in ("update", "complete"):
        yield from ctx.steps(f"no watermark {mode}", no_watermark, mode, STEPS[:2])
