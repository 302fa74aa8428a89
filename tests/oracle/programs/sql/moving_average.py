"""avg over a range of time: the last 30 minutes before each window."""

from pyspark.sql import functions as F


def run(spark, ctx):
    times = [(t, "Open" if t % 2 else "Close") for t in range(1469501100, 1469508000, 177)]
    df = spark.createDataFrame(times, "s long, action string").select(
        F.timestamp_seconds("s").alias("time"), "action"
    )
    df.groupBy(df.action, F.window(df.time, "10 minutes")).count().createOrReplaceTempView("counts")
    frame = "range between interval 30 minutes preceding and current row"
    moving = f"select *, avg(count) OVER (PARTITION BY action ORDER BY window.start desc {frame}) as MovingAvg from counts"
    yield "lesson", ctx.close(spark.sql(moving))
    yield "ascending", ctx.close(spark.sql(moving.replace(" desc", "")))
    yield (
        "following",
        ctx.close(spark.sql(moving.replace("current row", "interval 10 minutes following"))),
    )
    yield "unnamed", spark.sql(moving.replace(" as MovingAvg", "")).columns
    yield (
        "quoted interval",
        ctx.close(spark.sql(moving.replace("interval 30 minutes", "interval '30' minutes"))),
    )
    yield (
        "rows",
        ctx.close(spark.sql(moving.replace("range between interval 30 minutes", "rows between 2"))),
    )
    yield (
        "range of numbers over a time",
        ctx.error(lambda: spark.sql(moving.replace("interval 30 minutes", "30"))),
    )
    yield (
        "range with two keys",
        ctx.error(lambda: spark.sql(moving.replace("window.start desc", "window.start, count"))),
    )
