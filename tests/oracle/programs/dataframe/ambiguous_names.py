"""Two columns of one name, names with points, backquotes, names in another case."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, 2, 3)], ["a", "a", "b"])
    yield "columns", df.columns
    yield "rows", df
    yield "shown", ctx.shown(df)
    yield "select", ctx.error(lambda: df.select("a"))
    yield "by attribute", ctx.error(lambda: df.a)
    yield "unambiguous", df.select("b")
    yield "by position", df.toDF("x", "y", "b").select("x")
    dotted = spark.createDataFrame([(1, (2,))], "`a.b` int, a struct<b:int>")
    yield "point in a name", dotted.select("`a.b`", "a.b")
    yield "quoted quote", spark.createDataFrame([(1,)], ["a`b"]).select("`a``b`")
    upper = spark.createDataFrame([(1, 2)], ["n", "N"])
    yield "two cases", ctx.error(lambda: upper.select("n"))
    spark.conf.set("spark.sql.caseSensitive", "true")
    yield "two cases, sensitive", upper.select("n")
    yield "wrong case, sensitive", ctx.error(lambda: upper.select(F.col("B")))
    yield "unknown attribute", ctx.error(lambda: upper.zz)
    yield "unknown item", ctx.error(lambda: upper["zz"])
