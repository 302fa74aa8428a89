"""groupBy in every form."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [("x", 1, 1.0), ("x", 2, None), ("y", None, 3.0), (None, 4, 4.0), (None, 4, -0.0)],
        "k string, n int, v double",
    )
    yield "count", df.groupBy("k").count()
    yield "two keys", df.groupBy("k", df.n).count()
    yield "list", df.groupBy(["k", "n"]).count()
    yield "expression", df.groupBy((df.n % 2).alias("odd")).count()
    yield "expression without a name", df.groupBy(df.n % 2).count()
    yield "no key", df.groupBy().count()
    yield "all numbers", df.groupBy("k").sum()
    yield "by ordinal", df.groupBy(1).count()
    for name in ["sum", "avg", "mean", "min", "max"]:
        yield name, getattr(df.groupBy("k"), name)("n", "v")
    yield "agg with a map", df.groupBy("k").agg({"n": "max", "v": "avg"})
    yield "agg with a star", df.groupBy("k").agg({"*": "count"})
    yield "agg with columns", df.groupBy("k").agg(F.sum("n").alias("total"), F.max("v"))
    yield "key used again", df.groupBy("k").agg(F.max("k"), F.count("k"))
    yield "snake case", df.groupby("k").count()
    yield "text column", ctx.error(lambda: df.groupBy("n").sum("k"))
    yield "nothing to compute", ctx.error(lambda: df.groupBy("k").agg())
