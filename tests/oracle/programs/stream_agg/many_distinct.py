"""How many distinct values does the estimate see in a stream of thousands, at several errors?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    def build(source):
        rows = source("a", "v INT").select(F.explode(F.expr("sequence(v, v + 2999)")).alias("x"))
        return rows.agg(
            F.approx_count_distinct("x").alias("usual"),
            F.approx_count_distinct("x", 0.01).alias("fine"),
            F.approx_count_distinct("x", 0.3).alias("rough"),
            F.approx_count_distinct(F.col("x").cast("string")).alias("texts"),
            F.percentile_approx("x", [0.1, 0.5, 0.9]).alias("percentiles"),
            F.percentile_approx("x", 0.5, 20).alias("rough percentile"),
        )

    steps = [{"a": [{"v": 0}]}, {"a": [{"v": 2000}]}, {"a": [{"v": 100000}]}]
    yield from ctx.steps("complete", build, "complete", steps, restart_each_step=True)

    def numbers(end):
        return spark.range(0, end, 1, 1)

    for count in (10, 100, 1000, 10000, 100000):
        yield (
            f"{count} numbers",
            numbers(count).select(
                F.approx_count_distinct("id").alias("usual"),
                F.approx_count_distinct("id", 0.01).alias("fine"),
                F.approx_count_distinct(F.col("id").cast("double")).alias("doubles"),
                F.approx_count_distinct(F.col("id").cast("string"), 0.02).alias("texts"),
                F.percentile_approx("id", [0.01, 0.25, 0.5, 0.99], 50).alias("percentiles"),
                F.percentile_approx("id", 0.5).alias("middle"),
            ),
        )
