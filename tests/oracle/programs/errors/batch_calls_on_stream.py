"""Calls that want an answer at once, on a stream."""


def run(spark, ctx):
    ctx.write_lines("in/a.json", ['{"a":1}'])
    df = spark.readStream.schema("a int").json(ctx.path("in"))
    yield "show", ctx.error(df.show)
    yield "count", ctx.error(df.count)
    yield "collect", ctx.error(df.collect)
    yield "first", ctx.error(df.first)
    yield "take", ctx.error(lambda: df.take(1))
    yield "isEmpty", ctx.error(df.isEmpty)
    yield "rdd", ctx.error(lambda: df.rdd)
    yield "derived", ctx.error(lambda: df.groupBy("a").count().show())
    yield "batch write", ctx.error(lambda: df.write.json(ctx.path("out")))
    df.createOrReplaceTempView("s")
    yield "sql", ctx.error(lambda: spark.sql("SELECT max(a) FROM s").collect())
    yield "cache", ctx.outcome(lambda: df.cache().isStreaming)
