"""filter and where with columns and texts; null is not true."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "x"), (2, None), (None, "y"), (4, "x")], "a int, b string")
    yield "column", df.where(df.a > 1)
    yield "text", df.filter("a > 1 and b is not null")
    yield "null is left out", df.where(df.b != "x")
    yield "null safe", df.where(~df.b.eqNullSafe("x"))
    yield "twice", df.where("a >= 1").where(df.b == "x")
    yield "in", df.where(df.a.isin(1, 4))
    yield "by index", df[df.a > 1]
    yield "constant", df.where(F.lit(False)).count()
    yield "null", ctx.error(lambda: df.where(F.lit(None)))
    yield "null of its type", df.where(F.lit(None).cast("boolean")).count()
    yield "boolean column", df.withColumn("t", df.a > 1).where("t")
    yield "not a boolean", ctx.error(lambda: df.where(df.a))
    yield "text for a boolean", ctx.outcome(lambda: df.where(df.b).count())
    yield "not a condition", ctx.error(lambda: df.where(1))
