"""A bad file under FAILFAST ends the query; where its error can be seen."""


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"n":1}'])
    df = spark.readStream.schema("n int").option("mode", "FAILFAST").json(ctx.path("in"))
    query = ctx.start_memory(df, "t")
    query.processAllAvailable()
    yield "good file", ctx.snapshot(spark.table("t"))
    ctx.write_lines("in/2.json", ['{"n":2}', "broken"])
    raised = ctx.error(query.processAllAvailable).encoded
    yield "processAllAvailable", [raised["class"], raised["condition"]]
    yield "active", query.isActive
    seen = ctx.failure(query.exception()).encoded
    yield "exception", [seen["class"], seen["condition"] is None]
    yield "first line of its text", seen["message"]
    raised = ctx.error(lambda: query.awaitTermination(5)).encoded
    yield "awaitTermination", [raised["class"], raised["condition"], raised["sqlstate"]]
    yield (
        "awaitAnyTermination",
        ctx.error(lambda: spark.streams.awaitAnyTermination(5)).encoded["class"],
    )
    spark.streams.resetTerminated()
    yield "nothing of the bad batch", ctx.snapshot(spark.table("t"))
    yield "active queries", spark.streams.active
    yield "stop of a failed query", query.stop()
