"""agg without keys, over nothing, and with conditions inside."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, 10.0), (2, None), (3, 30.0)], "a int, v double")
    empty = df.where("a > 99")
    yield "columns", df.agg(F.min("a"), F.max(df.a), F.sum("a"), F.avg("a"), F.count("v"))
    yield "map", df.agg({"a": "sum"})
    yield "alias", df.agg(F.avg("v").alias("average"))
    yield "over nothing", empty.agg(F.count("*"), F.sum("a"), F.max("v"), F.collect_list("a"))
    yield "groups of nothing", empty.groupBy("a").agg(F.sum("v"))
    yield "of an aggregate", df.groupBy("a").count().agg(F.avg("count"), F.max("count"))
    yield "in select", df.select(F.sum("a"), F.count(F.lit(1)))
    yield "arithmetic", df.agg((F.sum("a") / F.count("a")).alias("mean"), F.sum("a") * 2)
    yield "aggregate inside an aggregate", ctx.error(lambda: df.agg(F.sum(F.avg("a"))))
    yield "column beside an aggregate", ctx.error(lambda: df.select("a", F.sum("a")))
    yield "not a column", ctx.error(lambda: df.agg("a"))
