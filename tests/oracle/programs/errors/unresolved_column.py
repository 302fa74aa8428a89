"""A column that is not there, with what Spark suggests."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "x", (1,))], "action int, time string, s struct<inner:int>")
    df.createOrReplaceTempView("events")
    yield "select", ctx.error(lambda: df.select("acton"))
    yield "select a column", ctx.error(lambda: df.select(F.col("tim")))
    yield "filter", ctx.error(lambda: df.filter("acton > 1"))
    yield "where", ctx.error(lambda: df.where(F.col("zzz") == 1))
    yield "groupBy", ctx.error(lambda: df.groupBy("acton").count())
    yield "agg", ctx.error(lambda: df.agg(F.sum("acton")))
    yield "orderBy", ctx.error(lambda: df.orderBy("nope"))
    yield "withColumn", ctx.error(lambda: df.withColumn("x", F.col("nope") + 1))
    yield "join", ctx.error(lambda: df.join(df.select("action"), "tim"))
    yield "attribute", ctx.error(lambda: df.acton)
    yield "item", ctx.error(lambda: df["acton"])
    yield "item number", ctx.error(lambda: df[7])
    yield "sql", ctx.error(lambda: spark.sql("select acton from events"))
    yield "sql where", ctx.error(lambda: spark.sql("select action from events where tme = 'x'"))
    yield "sql qualified", ctx.error(lambda: spark.sql("select e.acton from events e"))
    yield "field", ctx.error(lambda: df.select("s.outer"))
    yield "field of no struct", ctx.error(lambda: df.select("time.start"))
    yield "nothing to suggest", ctx.error(lambda: df.select().select("a"))
    yield "from nothing", ctx.error(lambda: spark.sql("select nothing"))
    yield "of another frame", ctx.error(lambda: df.select(spark.range(1).id))
