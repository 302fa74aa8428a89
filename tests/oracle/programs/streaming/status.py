"""Names, ids and states of a query from its start to its stop."""

import re


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"n":1}'])
    df = spark.readStream.schema("n int").json(ctx.path("in"))
    query = ctx.start_memory(df, "named")
    try:
        query.processAllAvailable()
        yield "name", query.name
        yield "ids", [bool(re.fullmatch("[0-9a-f-]{36}", text)) for text in (query.id, query.runId)]
        yield "different", query.id != query.runId
        yield "active", query.isActive
        yield "status keys", sorted(query.status)
        yield "no exception", query.exception()
        yield "await gives up", query.awaitTermination(0.2)
    finally:
        query.stop()
    yield "stopped", [query.isActive, query.awaitTermination(1), query.awaitTermination()]
    yield "status", dict(query.status)
    yield "stopped twice", query.stop()
    yield "process after stop", ctx.outcome(query.processAllAvailable)
    yield "bad timeout", ctx.error(lambda: query.awaitTermination(-1))
    yield "bad timeout type", ctx.error(lambda: query.awaitTermination("x"))
    again = ctx.start_memory(df, "named")
    yield "the name is free again", again.name
    again.stop()
    nameless = df.writeStream.format("console").option("checkpointLocation", ctx.path("c"))
    yield "memory without a name", ctx.error(lambda: df.writeStream.format("memory").start())
    yield "a name that is none", ctx.error(lambda: nameless.queryName(""))
    yield "a name that is a number", ctx.error(lambda: nameless.queryName(5))
