"""A null time is in no window; times before 1970 are in the window that holds them."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [(None, 1), (0, 2), (-1, 3), (-3600, 4), (-3601, 5), (-2208988800, 6)], "s long, n int"
    ).select(F.timestamp_seconds("s").alias("time"), "n")
    yield "rows", df.select("n", F.window("time", "1 hour").alias("w"))
    yield "counts", df.groupBy(F.window("time", "1 hour")).count()
    yield "sliding", df.groupBy(F.window("time", "2 hours", "1 hour")).agg(F.sum("n"))
    nothing = df.where("time is null")
    yield "only nulls", nothing.groupBy(F.window("time", "1 hour")).count()
