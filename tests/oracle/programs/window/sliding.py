"""Windows that overlap: every row is in several of them."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(0,), (1469501107,), (1469501400,)], "s long").select(
        F.timestamp_seconds("s").alias("time")
    )
    yield "two each", df.groupBy(F.window("time", "10 minutes", "5 minutes")).count()
    yield "uneven", df.groupBy(F.window("time", "10 minutes", "4 minutes")).count()
    yield "rows", df.select("time", F.window("time", "1 hour", "15 minutes").alias("w"))
    yield "slide as long as the window", df.groupBy(F.window("time", "1 hour", "1 hour")).count()
