"""What do percentiles and estimates give batch by batch in update mode?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT"


def rows(k, *values):
    return [{"k": k, "v": value} for value in values]


STEPS = [
    {"a": rows("a", 4) + rows("b", None)},
    {"a": rows("a", 8)},
    {"a": rows("a", 1, None) + rows("b", 3)},
]


def run(spark, ctx):
    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .agg(
                F.approx_count_distinct("v"),
                F.percentile("v", 0.5),
                F.percentile("v", F.array(F.lit(0.0), F.lit(0.25), F.lit(1.0))).alias("several"),
                F.percentile_approx("v", 0.5),
                F.median("v"),
                F.expr("histogram_numeric(v, 5)").alias("histogram"),
                F.expr("percentile_cont(0.25) WITHIN GROUP (ORDER BY v)").alias("cont"),
                F.expr("percentile_disc(0.5) WITHIN GROUP (ORDER BY v)").alias("disc"),
            )
        )

    yield from ctx.steps("update", build, "update", STEPS)
