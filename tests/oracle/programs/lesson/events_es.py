"""The lesson of the Spanish notebook: hourly counts at once, then as a stream of 50 files."""

from pyspark.sql.functions import window
from pyspark.sql.types import StringType, StructField, StructType, TimestampType

QUERY = 'select action, date_format(window.end, "MMM-dd HH:mm") as time, count from {} order by time, action'


def run(spark, ctx):
    path = ctx.events
    schema = StructType(
        [StructField("time", TimestampType(), True), StructField("action", StringType(), True)]
    )
    static = spark.read.schema(schema).json(path)
    yield "rows", static.count()
    yield (
        "first rows of the first file",
        ctx.ordered(spark.read.schema(schema).json(path + "/file-0.json").limit(5)),
    )
    counts = static.groupBy(static.action, window(static.time, "1 hour")).count()
    counts.cache()
    counts.createOrReplaceTempView("static_counts")
    yield "hourly", ctx.ordered(spark.sql(QUERY.format("static_counts")))
    yield "shown", ctx.shown(spark.sql(QUERY.format("static_counts")))
    stream = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).json(path)
    streaming = stream.groupBy(stream.action, window(stream.time, "1 hour")).count()
    yield "streaming", streaming.isStreaming
    spark.conf.set("spark.sql.shuffle.partitions", "2")
    query = (
        streaming.writeStream.format("memory").queryName("counts").outputMode("complete").start()
    )
    try:
        query.processAllAvailable()
        yield "hourly by the stream", ctx.snapshot(spark.sql(QUERY.format("counts")), ordered=True)
        batches = [p for p in query.recentProgress if p["numInputRows"] > 0]
        yield "batches", [len(batches), {p["numInputRows"] for p in batches}]
        yield "state rows", batches[-1]["stateOperators"][0]["numRowsTotal"]
    finally:
        query.stop()
