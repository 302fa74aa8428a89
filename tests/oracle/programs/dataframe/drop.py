"""drop by name and by column; names that are not there."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "x", 2.0)], "a int, b string, c double")
    yield "one", df.drop("a")
    yield "several", df.drop("a", "c")
    yield "column", df.drop(df.b)
    yield "col", df.drop(F.col("b"))
    yield "not there", df.drop("zz")
    yield "another case", df.drop("A")
    yield "all", df.drop("a", "b", "c")
    yield "none", df.drop()
    other = df.select("a", F.col("b").alias("k"))
    joined = df.join(other, df.a == other.a)
    yield "one of two with a name", joined.drop(other.a)
    yield "both with a name", joined.drop("a")
    yield "not a name", ctx.error(lambda: df.drop(1))
