"""What do `spark.tvf`'s functions give?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    tvf = spark.tvf
    yield "range", tvf.range(3)
    yield "range of three", tvf.range(1, 7, 2)
    yield "range in parts", tvf.range(1, 7, 2, 2)
    yield "explode", tvf.explode(F.array(F.lit(1), F.lit(2)))
    yield "explode a map", tvf.explode(F.create_map(F.lit("a"), F.lit(1), F.lit("b"), F.lit(2)))
    yield "explode nothing", tvf.explode(F.array().cast("array<int>"))
    yield "explode null", tvf.explode(F.lit(None).cast("array<int>"))
    yield "explode_outer", tvf.explode_outer(F.array(F.lit("x")))
    yield "explode_outer nothing", tvf.explode_outer(F.array().cast("array<int>"))
    yield "explode_outer null", tvf.explode_outer(F.lit(None).cast("map<string,int>"))
    yield "not a list", ctx.error(lambda: tvf.explode(F.lit(1)))
    yield "named", tvf.explode(F.array(F.lit(1)).alias("x"))
    yield "a name", ctx.error(lambda: tvf.explode("x"))
    yield "a column of nothing", ctx.error(lambda: tvf.explode(F.col("x")))
