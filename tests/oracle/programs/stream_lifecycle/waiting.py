"""What do awaitTermination, stop and the manager answer, in every state of a query?"""


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"n":1}', '{"n":2}'])
    df = spark.readStream.schema("n int").json(ctx.path("in"))
    one, two = ctx.start_memory(df, "one"), ctx.start_memory(df, "two")
    ids = []
    batches = df.writeStream.foreachBatch(lambda frame, batch: ids.append(frame.count())).start()
    try:
        for query in (one, two, batches):
            query.processAllAvailable()
        yield "several queries on one frame", ctx.snapshot(spark.table("one"))
        yield "the second has its own", ctx.snapshot(spark.table("two"))
        yield "and the third", ids
        yield "waiting for no end", one.awaitTermination(1)
        for timeout in (0, -1, "5", 0.5, True):
            yield f"timeout {timeout!r}", ctx.outcome(lambda t=timeout: one.awaitTermination(t))
            yield (
                f"any, timeout {timeout!r}",
                ctx.outcome(lambda t=timeout: spark.streams.awaitAnyTermination(t)),
            )
        for wrong in ("nonsense", ""):
            yield f"get {wrong!r}", ctx.error(lambda w=wrong: spark.streams.get(w))
        yield "same name", ctx.error(lambda: ctx.start_memory(df, "one"))
        yield "stop", [one.stop(), one.stop()]
        yield "after stop", [one.isActive, one.exception(), one.status]
        yield "awaitTermination after stop", [one.awaitTermination(5), one.awaitTermination()]
        yield "processAllAvailable after stop", ctx.outcome(one.processAllAvailable)
        yield "not found any more", spark.streams.get(one.id)
    finally:
        for query in (one, two, batches):
            query.stop()
    spark.streams.resetTerminated()
