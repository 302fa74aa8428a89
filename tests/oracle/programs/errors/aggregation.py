"""Aggregates where none may be, and columns that are not grouped."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([("a", 1, 2)], "k string, v int, w int")
    df.createOrReplaceTempView("t")
    yield "no group by", ctx.error(lambda: spark.sql("SELECT k, sum(v) FROM t"))
    yield "not grouped", ctx.error(lambda: spark.sql("SELECT k, v, sum(w) FROM t GROUP BY k"))
    yield "star", ctx.error(lambda: spark.sql("SELECT * FROM t GROUP BY k"))
    yield "where", ctx.error(lambda: spark.sql("SELECT k FROM t WHERE count(*) > 1"))
    yield "call in where", ctx.error(lambda: df.where(F.sum("v") > 1))
    yield "call in select", ctx.error(lambda: df.select("k", F.count("*")))
    yield "call in withColumn", ctx.error(lambda: df.withColumn("s", F.sum("v")))
    yield "call in agg", ctx.error(lambda: df.groupBy("k").agg(df.v))
    yield "nested", ctx.error(lambda: df.groupBy("k").agg(F.max(F.sum("v"))))
    yield (
        "having of what is not grouped",
        ctx.error(lambda: spark.sql("SELECT k FROM t GROUP BY k HAVING v > 1")),
    )
    yield (
        "order of what is not grouped",
        ctx.error(lambda: spark.sql("SELECT k FROM t GROUP BY k ORDER BY v")),
    )
    yield "unknown method", ctx.error(lambda: df.groupBy("k").median("v"))
    yield "unknown aggregate in a map", ctx.error(lambda: df.groupBy("k").agg({"v": "nosuch"}))
    yield "unknown column in a map", ctx.error(lambda: df.groupBy("k").agg({"zz": "sum"}))
