"""when and otherwise, and the type that the branches have together."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(1, "x"), (2, None), (None, "z")], "a int, b string")
    yield (
        "two",
        df.select(F.when(df.a > 1, "many").when(df.a == 1, "one").otherwise("unknown").alias("w")),
    )
    yield "no otherwise", df.select(F.when(df.a > 1, df.b).alias("w"))
    yield "widened", df.select(F.when(df.a > 1, df.a).otherwise(F.lit(2.5)).alias("w"))
    yield "int and long", df.select(F.when(df.a > 1, df.a).otherwise(F.lit(2**40)).alias("w"))
    yield (
        "int and text",
        ctx.outcome(
            lambda: df.select(F.when(df.a == 1, df.a).otherwise(F.lit("5")).alias("w")).collect()
        ),
    )
    yield "null branch", df.select(F.when(df.a > 1, None).otherwise(df.a).alias("w"))
    yield "in an aggregate", df.agg(F.sum(F.when(df.b.isNull(), 1).otherwise(0)).alias("nulls"))
    yield "in order", ctx.ordered(df.orderBy(F.when(df.a.isNull(), 0).otherwise(df.a)))
    yield (
        "case with a value",
        spark.sql(
            "SELECT CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END AS c, CASE WHEN false THEN 1 END AS n"
        ),
    )
    yield "otherwise alone", ctx.error(lambda: df.a.otherwise(1))
    yield "otherwise twice", ctx.error(lambda: F.when(df.a > 1, 1).otherwise(2).otherwise(3))
    yield (
        "when after otherwise",
        ctx.error(lambda: F.when(df.a > 1, 1).otherwise(2).when(df.a > 2, 3)),
    )
    yield "not a condition", ctx.error(lambda: F.when(1, 2))
    yield (
        "types that have nothing in common",
        ctx.error(lambda: df.select(F.when(df.a > 1, F.array(df.a)).otherwise(df.a))),
    )
