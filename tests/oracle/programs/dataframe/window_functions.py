"""Ranking and frames by the DataFrame calls."""

from pyspark.sql import Window
from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [("x", 1, 10), ("x", 2, 20), ("x", 2, 30), ("y", 5, 50), ("y", None, 60)],
        "k string, o int, v int",
    )
    w = Window.partitionBy("k").orderBy("o", "v")
    yield (
        "ranks",
        df.select(
            "k",
            "v",
            F.row_number().over(w),
            F.rank().over(Window.partitionBy("k").orderBy("o")),
            F.dense_rank().over(Window.partitionBy("k").orderBy("o")),
        ),
    )
    yield (
        "lag and lead",
        df.select("v", F.lag("v").over(w).alias("p"), F.lead("v", 1, 0).over(w).alias("n")),
    )
    yield "running sum", df.select("v", F.sum("v").over(w).alias("s"))
    yield "peers", df.select("v", F.sum("v").over(Window.partitionBy("k").orderBy("o")).alias("s"))
    yield "whole", df.select("v", F.avg("v").over(Window.partitionBy("k")).alias("s"))
    yield (
        "rows between",
        df.select("v", F.sum("v").over(w.rowsBetween(-1, Window.currentRow)).alias("s")),
    )
    yield (
        "range between",
        df.select(
            "v",
            F.sum("v").over(Window.partitionBy("k").orderBy("o").rangeBetween(-1, 1)).alias("s"),
        ),
    )
    yield (
        "no partition",
        df.select("v", F.row_number().over(Window.orderBy(F.desc("v"))).alias("r")),
    )
    yield (
        "rank without an order",
        ctx.error(lambda: df.select(F.rank().over(Window.partitionBy("k")))),
    )
    yield "in where", ctx.error(lambda: df.where(F.row_number().over(w) == 1))
