"""What do a batch and a stream say about a topic that is not there?"""

QUICK = {"fetchOffset.numRetries": "1", "fetchOffset.retryIntervalMs": "10"}


def run(spark, ctx):
    there = ctx.kafka.topic("there")
    missing = ctx.kafka.name("missing")
    yield "schema", ctx.outcome(lambda: ctx.read(missing, **QUICK).columns)
    yield "batch", ctx.outcome(lambda: ctx.read(missing, **QUICK).count())
    yield "batch, one of two", ctx.outcome(lambda: ctx.read(f"{there},{missing}", **QUICK).count())
    yield (
        "batch, no fail",
        ctx.outcome(lambda: ctx.read(missing, failOnDataLoss="false", **QUICK).count()),
    )
    yield "stream", ctx.refusal(lambda: ctx.stream(missing, **QUICK).select("offset"))
    yield (
        "stream, no fail",
        ctx.refusal(lambda: ctx.stream(missing, failOnDataLoss="false", **QUICK).select("offset")),
    )
    yield (
        "stream, latest",
        ctx.refusal(
            lambda: ctx.stream(missing, startingOffsets="latest", **QUICK).select("offset")
        ),
    )
    yield (
        "stream, a pattern",
        ctx.refusal(
            lambda: ctx.stream(None, subscribePattern="no-such-.*", **QUICK).select("offset")
        ),
    )
    yield "a name that cannot be", ctx.outcome(lambda: ctx.read("a b", **QUICK).count())
    yield "was a topic made?", ctx.kafka.partitions(missing)
