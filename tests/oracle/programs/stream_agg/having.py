"""When do groups come out that a condition on the aggregate lets through only later?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT"


def row(k, v):
    return {"k": k, "v": v}


STEPS = [{"a": [row("a", 1), row("b", 9)]}, {"a": [row("a", 5)]}, {"a": [row("b", -9)]}]


def run(spark, ctx):
    def where(source):
        return source("a", SCHEMA).groupBy("k").agg(F.sum("v").alias("s")).where("s > 4")

    def sql(source):
        source("a", SCHEMA).createOrReplaceTempView("s")
        return spark.sql("SELECT k FROM s GROUP BY k HAVING max(v) - min(v) > 3 OR count(*) > 5")

    def after(source):
        sums = source("a", SCHEMA).groupBy("k").agg(F.sum("v").alias("s"))
        return sums.select(F.upper("k").alias("K"), (F.col("s") * 2).alias("twice"))

    for build in (where, sql, after):
        yield from ctx.steps(build.__name__, build, "update", STEPS)
