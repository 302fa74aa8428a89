"""What are the first and the last value over batches, with nulls taken or passed over?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT"
STEPS = [
    {"a": [{"k": "a", "v": None}, {"k": "b", "v": 1}]},
    {"a": [{"k": "a", "v": 5}]},
    {"a": [{"k": "a", "v": 6}, {"k": "b", "v": None}]},
]


def run(spark, ctx):
    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .agg(
                F.first("v"),
                F.first("v", ignorenulls=True).alias("first value"),
                F.last("v"),
                F.last("v", ignorenulls=True).alias("last value"),
                F.expr("any_value(v)"),
                F.expr("first_value(v) IGNORE NULLS").alias("fv"),
            )
        )

    yield from ctx.steps("update", build, "update", STEPS)
