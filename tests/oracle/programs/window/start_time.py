"""The third argument moves the windows' edges."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame([(0,), (899,), (900,), (1469501107,)], "s long").select(
        F.timestamp_seconds("s").alias("time")
    )
    yield (
        "15 minutes",
        df.select("time", F.window("time", "1 hour", startTime="15 minutes").alias("w")),
    )
    yield (
        "negative",
        df.select("time", F.window("time", "1 hour", startTime="-10 minutes").alias("w")),
    )
    yield (
        "sliding",
        df.select("time", F.window("time", "1 hour", "30 minutes", "5 minutes").alias("w")),
    )
    yield (
        "seconds",
        df.select("time", F.window("time", "7 seconds", startTime="3 seconds").alias("w")),
    )
