"""The ways to write a length."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.sql("SELECT timestamp_millis(1469501107123) AS time")
    for text in [
        "1 second",
        "10 milliseconds",
        "500 microseconds",
        "2 weeks",
        "1 hour 30 minutes",
        "interval 5 minutes",
        "INTERVAL '3' HOURS",
        "1 HOUR",
        " 1   hour ",
        "1.5 seconds",
    ]:
        yield text, df.select(F.window("time", text).alias("w"))
