"""Are records read and written in every compression, and with the broker's own times?"""


def run(spark, ctx):
    for kind in ("none", "gzip", "snappy", "lz4", "zstd"):
        topic = ctx.kafka.topic("rows")
        ctx.kafka.produce(topic, ["a" * 1000] * 3, **{"compression.type": kind})
        rows = ctx.read(topic).selectExpr("offset", "length(value) AS size")
        yield f"{kind}: read", rows
        target = ctx.kafka.topic("target")
        writer = ctx.writer(ctx.read(topic).select("value").write, target)
        yield (
            f"{kind}: written",
            ctx.outcome(
                lambda writer=writer, kind=kind: writer.option(
                    "kafka.compression.type", kind
                ).save()
            ),
        )
        yield f"{kind}: read back", ctx.read(target).selectExpr("length(value) AS size")
    writer = ctx.writer(ctx.read(topic).select("value").write, target)
    yield "unknown", ctx.outcome(lambda: writer.option("kafka.compression.type", "rar").save())

    topic = ctx.kafka.topic("stamped", config={"message.timestamp.type": "LogAppendTime"})
    ctx.kafka.produce(topic, [(None, "a", 0, None, 1_700_000_000_000)])
    stamped = ctx.read(topic).selectExpr("timestampType", "timestamp > '2024-01-01' AS by_broker")
    yield "LogAppendTime", stamped
