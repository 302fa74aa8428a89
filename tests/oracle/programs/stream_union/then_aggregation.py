"""What does an aggregation over a union of streams give?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1)], "b": [at(2), at(3, "b", 5)]},
    {"b": [at(4, "b", 2)]},
    {"a": [at(5, None)]},
    {"a": [at(6)], "b": [at(6)]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def build(source):
        both = (
            source("a", SCHEMA)
            .withColumn("from", F.lit("a"))
            .union(source("b", SCHEMA).withColumn("from", F.lit("b")))
        )
        return both.groupBy("k").agg(
            F.sum("v").alias("s"), F.count_if(F.col("from") == "a").alias("a")
        )

    for mode in ("update", "complete"):
        yield from ctx.steps(mode, build, mode, STEPS)

    def three(source):
        rows = [source(folder, SCHEMA).select("k", "v") for folder in ("a", "b", "c")]
        return rows[0].union(rows[1]).union(rows[2]).groupBy("k").agg(F.sum("v").alias("s"))

    steps = [STEPS[0] | {"c": [at(3, "c", 7)]}, {"c": [at(4, "b", 2)]}, STEPS[2]]
    yield from ctx.steps("three", three, "update", steps)
