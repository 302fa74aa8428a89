"""The French lab: hourly counts, totals by SQL, the formatted table, the stream."""

from pyspark.sql.functions import col, date_format, window


def run(spark, ctx):
    path = ctx.events
    static = spark.read.schema("time timestamp, action string").json(path)
    counts = static.groupBy("action", window("time", "1 hour")).count().cache()
    counts.createOrReplaceTempView("static_counts")
    yield (
        "totals",
        spark.sql("SELECT action, SUM(count) AS total FROM static_counts GROUP BY action"),
    )
    result = counts.select(
        "action", date_format(col("window").start, "MMM-dd HH:mm").alias("time"), "count"
    ).orderBy("time", "action")
    yield "table", ctx.shown(result, 30)
    yield "all", ctx.ordered(result)
    yield (
        "windows of a quarter of an hour",
        static.groupBy(window("time", "1 hour", "15 minutes")).count().count(),
    )
    stream = (
        spark.readStream.schema("time timestamp, action string")
        .option("maxFilesPerTrigger", 10)
        .json(path)
    )
    yield "streaming", stream.isStreaming
    query = (
        stream.groupBy("action", window("time", "1 hour"))
        .count()
        .writeStream.format("memory")
        .queryName("counts_fr")
        .outputMode("complete")
        .start()
    )
    try:
        yield "active", query.isActive
        query.processAllAvailable()
        yield (
            "totals by the stream",
            ctx.snapshot(
                spark.sql("SELECT action, SUM(count) AS total FROM counts_fr GROUP BY action")
            ),
        )
    finally:
        query.stop()
    yield "stopped", query.isActive
