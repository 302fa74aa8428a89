"""select in every form, and the names that its columns get."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "x", 1.5), (2, None, -0.5)], "a int, b string, c double")
    yield "names", df.select("a", "b")
    yield "list", df.select(["c", "a"])
    yield "star", df.select("*")
    yield "star and more", df.select("*", (df.a + 1).alias("next"))
    yield "columns", df.select(df.a, df["b"], F.col("c"))
    yield "expressions", df.select(df.a + 1, -df.a, df.a * df.c, df.a / 2, df.a % 2)
    yield "nothing", df.select()
    yield "the same twice", df.select("a", "a")
    yield "literals", df.select(F.lit(1), F.lit("t"), F.lit(None), F.lit(True), F.lit(2.5))
    yield "selectExpr", df.selectExpr("a", "a + 1", "upper(b) AS u", "c AS `odd name`")
    yield "case of names", df.select("A", "B")
    yield "by number", df.select(df[0], df[2])
    yield "by list", df[["a", "c"]]
    yield "colRegex", df.select(df.colRegex("`[ab]`"))
