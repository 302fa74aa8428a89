"""What do the aggregates of conditions and of bits give batch by batch?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT, b BOOLEAN"


def row(k, v, b):
    return {"k": k, "v": v, "b": b}


STEPS = [
    {"a": [row("a", 6, True), row("b", None, None)]},
    {"a": [row("a", 12, False)]},
    {"a": [row("a", None, None), row("b", 5, True)]},
]


def run(spark, ctx):
    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .agg(
                F.count_if("b"),
                F.bool_and("b"),
                F.bool_or("b"),
                F.every("b").alias("every"),
                F.some("b").alias("some"),
                F.bit_and("v"),
                F.bit_or("v"),
                F.bit_xor("v"),
                F.expr("count(*) FILTER (WHERE b)").alias("filtered"),
                F.expr("sum(v) FILTER (WHERE v > 6)").alias("filtered sum"),
                F.sum(F.when(F.col("b"), 1).otherwise(0)).alias("when"),
            )
        )

    yield from ctx.steps("update", build, "update", STEPS)
