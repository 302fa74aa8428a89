"""Which columns and rows has a batch over a topic, with and without headers?"""

RECORDS = [
    ("k", "one", 0, None, 1_700_000_000_000),
    (None, "two", 0, [("a", b"1"), ("b", None), ("a", b"2")], 1_700_000_000_001),
    ("k", None, 1, [], 1_700_000_000_002),
    (None, None, 1, None, 1_700_000_001_500),
    ("", "", 1, [("", b"")], 1),
]


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=3)
    ctx.kafka.produce(topic, RECORDS)
    yield "plain", ctx.read(topic)
    yield "headers", ctx.read(topic, includeHeaders="true")
    yield "headers off", ctx.read(topic, includeHeaders="FALSE").columns
    yield "count", ctx.read(topic).count()
    yield "text", ctx.read(topic).selectExpr("CAST(key AS STRING)", "CAST(value AS STRING)")
    yield "one column", ctx.read(topic).select("partition", "offset").where("offset > 0")
    yield "nothing in it", ctx.read(ctx.kafka.topic("empty", partitions=2))
    yield "is streaming", [ctx.read(topic).isStreaming, ctx.stream(topic).isStreaming]
    yield "schema of a stream", ctx.stream(topic, includeHeaders="true").schema.jsonValue()
    yield (
        "headers, no boolean",
        ctx.error(lambda: ctx.read(topic, includeHeaders="maybe").collect()),
    )
    yield (
        "a schema of one's own",
        ctx.error(
            lambda: ctx.options(spark.read.format("kafka").schema("a int"), topic, {}).load()
        ),
    )
    yield (
        "a schema of one's own, stream",
        ctx.error(
            lambda: ctx.options(spark.readStream.format("kafka").schema("a int"), topic, {}).load()
        ),
    )
    yield (
        "a path",
        ctx.outcome(
            lambda: ctx.options(spark.read.format("kafka"), topic, {}).load("/somewhere").count()
        ),
    )
