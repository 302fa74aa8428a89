"""The lesson's query: formatted window ends in order of text and action."""

from pyspark.sql import functions as F


def run(spark, ctx):
    rows = [
        (1469501107, "Open"),
        (1469505000, "Open"),
        (1469505001, "Close"),
        (1469588000, "Open"),
        (1470010000, "Close"),
    ]
    df = spark.createDataFrame(rows, "s long, action string").select(
        F.timestamp_seconds("s").alias("time"), "action"
    )
    df.groupBy(df.action, F.window(df.time, "1 hour")).count().createOrReplaceTempView(
        "static_counts"
    )
    lesson = 'select action, date_format(window.end, "MMM-dd HH:mm") as time, count from static_counts order by time, action'
    yield "lesson", ctx.ordered(spark.sql(lesson))
    yield "shown", ctx.shown(spark.sql(lesson))
    yield (
        "upper case",
        ctx.ordered(
            spark.sql(lesson.replace("select", "SELECT").replace("order by", "ORDER   BY") + ";")
        ),
    )
    yield (
        "by a hidden column",
        ctx.ordered(
            spark.sql("SELECT action FROM static_counts ORDER BY window.start DESC, count, action")
        ),
    )
    yield (
        "by the window",
        ctx.ordered(spark.sql("SELECT action, count FROM static_counts ORDER BY window, action")),
    )
    yield (
        "by position",
        ctx.ordered(spark.sql("SELECT count, action FROM static_counts ORDER BY 2 DESC, 1")),
    )
    yield (
        "nulls",
        ctx.ordered(
            spark.sql("SELECT * FROM VALUES (1), (null), (2) AS t(a) ORDER BY a DESC NULLS FIRST")
        ),
    )
