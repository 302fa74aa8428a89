"""Counts by minute regrouped by hour through window.start, and order by the window itself."""

from pyspark.sql import functions as F


def run(spark, ctx):
    times = [(t, "Open" if t % 3 else "Close") for t in range(1469501100, 1469509000, 77)]
    df = spark.createDataFrame(times, "s long, action string").select(
        F.timestamp_seconds("s").alias("time"), "action"
    )
    minutes = df.groupBy(df.action, F.window(df.time, "1 minute")).count()
    average = minutes.groupBy(minutes.window).agg(F.avg("count").alias("average"))
    hours = average.groupBy(F.window(average.window.start, "1 hour")).agg(
        F.avg("average").alias("average")
    )
    yield "hours", hours
    yield "ordered", ctx.ordered(hours.orderBy("window"))
    yield "descending", ctx.ordered(hours.orderBy(F.col("window").desc()).select("window.end"))
    yield "column of a field", str(average.window.start)
    yield (
        "field by getField",
        hours.select(F.col("window").getField("start"), F.col("window")["end"]),
    )
    yield "compared", hours.where(F.col("window.start") >= "2016-07-26 04:00:00").count()
