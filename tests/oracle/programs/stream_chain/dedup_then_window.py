"""What do dropDuplicates and a window aggregation hold and give together?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(1), at(2, v=2)]},
    {"a": [at(1), at(30, "b", 3)]},
    {"a": [at(5, "late"), at(21, "c", 4), at(60, "z")]},
    {"a": [at(30, "b", 9), at(61, "z")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def build(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds").dropDuplicates(["k", "t"])
        return rows.groupBy(F.window("t", "10 seconds")).agg(F.sum("v").alias("s"))

    yield from ctx.steps("dropDuplicates", build, "append", STEPS)

    def within(source):
        rows = (
            source("a", SCHEMA)
            .withWatermark("t", "10 seconds")
            .dropDuplicatesWithinWatermark(["k"])
        )
        return rows.groupBy(F.window("t", "10 seconds")).agg(F.sum("v").alias("s"))

    yield from ctx.steps("within watermark", within, "append", STEPS)
