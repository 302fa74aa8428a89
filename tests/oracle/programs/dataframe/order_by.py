"""orderBy: nulls, directions, several keys, expressions, NaN."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [
            (3, "c", 1.5),
            (None, "a", float("nan")),
            (1, None, None),
            (2, "B", -0.5),
            (1, "b", float("inf")),
        ],
        "a int, b string, c double",
    )
    yield "one", ctx.ordered(df.orderBy("a", "b"))
    yield "descending", ctx.ordered(df.orderBy(df.a.desc(), df.b))
    yield "sort", ctx.ordered(df.sort("b"))
    yield "ascending=False", ctx.ordered(df.orderBy("a", "b", ascending=False))
    yield "ascending by list", ctx.ordered(df.orderBy(["a", "b"], ascending=[True, False]))
    yield "ascending by number", ctx.ordered(df.orderBy("c", ascending=0))
    yield "nulls last", ctx.ordered(df.orderBy(df.a.asc_nulls_last(), "b"))
    yield "nulls first", ctx.ordered(df.orderBy(df.a.desc_nulls_first(), "b"))
    yield "NaN", ctx.ordered(df.orderBy("c"))
    yield "functions", ctx.ordered(df.orderBy(F.desc("c"), F.asc("a")))
    yield "expression", ctx.ordered(df.orderBy(F.length("b"), df.c))
    yield "column that is not selected", ctx.ordered(df.select("b").orderBy("c"))
    yield "by position", ctx.ordered(df.orderBy(2))
    yield "sort within partitions", ctx.ordered(df.coalesce(1).sortWithinPartitions("b"))
    yield "nothing", ctx.error(lambda: df.orderBy())
    yield "position too large", ctx.error(lambda: df.orderBy(9))
