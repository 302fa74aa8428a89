"""What do cube, rollup and grouping sets of a stream give in update and complete mode?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, g INT, v INT"


def row(k, g, v):
    return {"k": k, "g": g, "v": v}


STEPS = [{"a": [row("a", 1, 10), row(None, 1, 5)]}, {"a": [row("a", 2, 1)]}]


def run(spark, ctx):
    def cube(source):
        return source("a", SCHEMA).cube("k", "g").agg(F.sum("v").alias("s"), F.grouping_id())

    def rollup(source):
        rows = source("a", SCHEMA).rollup("k", "g")
        return rows.agg(F.sum("v").alias("s"), F.grouping("k").alias("gk"))

    def sets(source):
        source("a", SCHEMA).createOrReplaceTempView("s")
        return spark.sql(
            "SELECT k, g, sum(v) s, grouping_id() i FROM s GROUP BY GROUPING SETS ((k), (g), ())"
        )

    for build in (cube, rollup, sets):
        yield from ctx.steps(build.__name__, build, "update", STEPS)
    yield from ctx.steps("rollup in complete", rollup, "complete", STEPS)
