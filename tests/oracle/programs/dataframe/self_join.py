"""A frame joined with itself: aliases, and what is ambiguous without them."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, "Open", 5), (1, "Close", 3), (2, "Open", 7)], "w int, a string, n int"
    )
    x, y = df.alias("x"), df.alias("y")
    pairs = x.join(y, (F.col("x.w") == F.col("y.w")) & (F.col("x.a") != F.col("y.a")))
    yield "all columns", pairs
    yield "selected", pairs.select("x.w", "x.a", F.col("y.n").alias("other"))
    yield "star of one", pairs.select("x.*")
    yield "by name", df.join(df, "w")
    yield "ambiguous name", ctx.error(lambda: pairs.select("w"))
    yield "ambiguous column", ctx.error(lambda: df.join(df, df.w == df.w).select(df.a))
    yield "trivial condition", ctx.outcome(lambda: df.join(df, df.w == df.w).count())
    opens, closes = df.where("a = 'Open'"), df.where("a = 'Close'")
    yield (
        "two filters of one",
        ctx.outcome(
            lambda: opens.join(closes, opens.w == closes.w).select(opens.n, closes.w).collect()
        ),
    )
    renamed = closes.select(F.col("w").alias("w2"), F.col("n").alias("closed"))
    yield "renamed first", opens.join(renamed, opens.w == renamed.w2, "left").drop("w2")
