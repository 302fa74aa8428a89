"""On which columns of a stream can a watermark be, and how may they be named?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    base = spark.readStream.format("rate").load()
    stream = base.select(
        F.col("timestamp").alias("t"),
        F.col("timestamp").cast("timestamp_ntz").alias("ntz"),
        F.col("timestamp").cast("date").alias("d"),
        F.col("timestamp").cast("string").alias("text"),
        F.col("value").alias("n"),
        F.struct(F.col("timestamp").alias("t")).alias("s"),
        F.array("timestamp").alias("list"),
        F.col("timestamp").alias("a b"),
        F.col("timestamp").alias("a.b"),
        F.window("timestamp", "10 seconds").alias("w"),
    )
    names = ("t", "T", "ntz", "d", "text", "n", "s", "s.t", "list", "list[0]", "a b", "`a b`")
    for name in (*names, "a.b", "`a.b`", "w", "w.end", "missing", "", "*", "t + 1"):

        def marked(name=name):
            fields = stream.withWatermark(name, "1 second").schema
            return [field.name for field in fields if "spark.watermarkDelayMs" in field.metadata]

        yield f"column {name!r}", ctx.outcome(marked)
    yield "a Column", ctx.error(lambda: stream.withWatermark(F.col("t"), "1 second"))
    yield "no name", ctx.error(lambda: stream.withWatermark(None, "1 second"))
    yield "a number as delay", ctx.error(lambda: stream.withWatermark("t", 10))
    yield "no delay", ctx.error(lambda: stream.withWatermark("t", None))
    yield "empty name and delay", ctx.error(lambda: stream.withWatermark("", ""))
    twice = base.select("timestamp", "timestamp")
    again = twice.withWatermark("timestamp", "1 second")
    yield "the same column twice", ctx.outcome(lambda: [f.metadata for f in again.schema])
    other = base.select("timestamp", F.col("value").cast("timestamp").alias("timestamp"))
    yield "ambiguous", ctx.outcome(lambda: other.withWatermark("timestamp", "1 second").columns)
