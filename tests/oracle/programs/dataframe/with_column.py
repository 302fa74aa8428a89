"""withColumn, withColumns, withColumnRenamed and their plural, toDF."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "x"), (2, "y")], "a int, b string")
    yield "new", df.withColumn("c", df.a * 2)
    yield "replaced in its place", df.withColumn("a", df.a.cast("string"))
    yield "case does not matter", df.withColumn("A", F.lit(0))
    yield "several", df.withColumns({"c": df.a + 1, "b": F.upper("b"), "d": F.lit(None)})
    yield "each sees the old ones", df.withColumns({"a": df.a + 1, "c": F.col("a")})
    yield "renamed", df.withColumnRenamed("a", "z")
    yield "renamed to nothing new", df.withColumnRenamed("nothing", "z")
    yield "renamed in another case", df.withColumnRenamed("A", "z")
    yield "renamed plural", df.withColumnsRenamed({"a": "b2", "b": "a2"})
    yield "swapped", df.withColumnsRenamed({"a": "b", "b": "a"})
    yield "toDF", df.toDF("p", "q")
    yield "odd names", df.withColumn("my col.x", F.lit(1)).select("`my col.x`")
    yield "toDF with too few", ctx.error(lambda: df.toDF("p"))
    yield "not a column", ctx.error(lambda: df.withColumn("c", 1))
    yield "not a map", ctx.error(lambda: df.withColumns("c"))
    yield "metadata", df.withMetadata("a", {"unit": "m"})
