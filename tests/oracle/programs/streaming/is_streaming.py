"""What a stream says of itself before it runs."""

from pyspark.sql import functions as F


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"a":1,"t":5}'])
    df = spark.readStream.schema("a int, t timestamp").json(ctx.path("in"))
    static = spark.read.schema("a int, t timestamp").json(ctx.path("in"))
    yield "stream", df.isStreaming
    yield "derived", df.groupBy(F.window("t", "1 hour")).count().isStreaming
    yield "batch", static.isStreaming
    yield "columns and types", [df.columns, df.dtypes]
    yield "tree", ctx.printed(df.printSchema)
    yield "repr", repr(df)
    df.createOrReplaceTempView("s")
    yield "view", [spark.table("s").isStreaming, spark.sql("SELECT count(*) FROM s").isStreaming]
    yield (
        "format and load",
        spark.readStream.format("json").schema("a int").load(ctx.path("in")).isStreaming,
    )
    yield "names keep", df.selectExpr("a + 1").columns
    yield "watermark", df.withWatermark("t", "10 minutes").schema.jsonValue()
    yield "unknown watermark column", ctx.error(lambda: df.withWatermark("zz", "1 hour"))
    yield "bad watermark delay", ctx.error(lambda: df.withWatermark("t", "soon"))
    yield "watermark of no time", ctx.error(lambda: df.withWatermark("a", "1 hour"))
