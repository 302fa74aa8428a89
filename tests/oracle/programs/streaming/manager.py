"""spark.streams: active, get, awaitAnyTermination, resetTerminated."""


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"n":1}'])
    df = spark.readStream.schema("n int").json(ctx.path("in"))
    yield "none", [spark.streams.active, spark.streams.awaitAnyTermination(0.1)]
    one, two = ctx.start_memory(df, "one"), ctx.start_memory(df, "two")
    try:
        yield "active", sorted(query.name for query in spark.streams.active)
        yield "get", [spark.streams.get(one.id).name, spark.streams.get(two.id).runId == two.runId]
        yield "get what is not there", spark.streams.get("00000000-0000-0000-0000-000000000000")
        yield "no end yet", spark.streams.awaitAnyTermination(0.2)
        one.stop()
        yield "one ended", spark.streams.awaitAnyTermination(5)
        yield "remembered", spark.streams.awaitAnyTermination(5)
        spark.streams.resetTerminated()
        yield "forgotten", spark.streams.awaitAnyTermination(0.2)
        yield "get a stopped one", spark.streams.get(one.id)
    finally:
        one.stop()
        two.stop()
    yield "none again", spark.streams.active
    yield "bad timeout", ctx.error(lambda: spark.streams.awaitAnyTermination(-1))
