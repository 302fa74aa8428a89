"""Python values of a wrong type, refused before Spark sees them."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.range(3)
    yield "select a number", ctx.error(lambda: df.select(1))
    yield "select None", ctx.error(lambda: df.select(None))
    yield "alias", ctx.error(lambda: df.alias(1))
    yield "join a number", ctx.error(lambda: df.join(5))
    yield "union a list", ctx.error(lambda: df.union([1]))
    yield "isin nothing", ctx.outcome(lambda: df.where(df.id.isin()).count())
    yield "item", ctx.error(lambda: df[1.5])
    yield "orderBy", ctx.error(lambda: df.orderBy(1.5))
    yield "ascending", ctx.error(lambda: df.orderBy("id", ascending="up"))
    yield "groupBy", ctx.error(lambda: df.groupBy(1.5))
    yield "over", ctx.error(lambda: F.sum("id").over("w"))
    yield "alias of two names", ctx.error(lambda: df.select(df.id.alias("a", "b")))
    yield (
        "master after the fact",
        ctx.outcome(lambda: spark.builder.master("local[1]").getOrCreate() is spark),
    )
