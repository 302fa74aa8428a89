"""Which options of the Kafka client does a sink refuse or take?"""

OPTIONS = {
    "kafka.key.serializer": "org.apache.kafka.common.serialization.StringSerializer",
    "kafka.value.serializer": "org.apache.kafka.common.serialization.StringSerializer",
    "kafka.enable.idempotence": "true",
    "kafka.transactional.id": "mine",
    "kafka.acks": "all",
    "kafka.acks ": "0",
    "kafka.linger.ms": "5",
    "kafka.batch.size": "1000",
    "kafka.retries": "3",
    "kafka.delivery.timeout.ms": "100",
    "kafka.auto.offset.reset": "earliest",
    "kafka.group.id": "mine",
    "kafka.colour": "red",
    "kafka.max.block.ms": "soon",
    "includeHeaders": "true",
    "subscribe": "elsewhere",
    "startingOffsets": "nowhere",
}


def fails(action):
    try:
        action()
    except Exception:
        return True
    return False


def run(spark, ctx):
    topic = ctx.kafka.topic("target")
    for name, value in OPTIONS.items():
        rows = spark.createDataFrame([(name,)], "value string")
        if name == "kafka.transactional.id":
            # In which words it fails depends on which of two threads sends first.
            writer = ctx.writer(rows.write, topic, **{name: value})
            yield f"batch {name} fails", fails(writer.save)
            continue
        yield (
            f"batch {name}",
            ctx.outcome(
                lambda rows=rows, name=name, value=value: ctx.writer(
                    rows.write, topic, **{name: value}
                ).save()
            ),
        )
    yield "what came", ctx.records(topic)

    source = ctx.kafka.topic("source")
    ctx.kafka.produce(source, ["x"])
    for name in ("kafka.key.serializer", "kafka.value.serializer", "kafka.max.block.ms"):

        def step(name=name):
            writer = ctx.writer(ctx.stream(source).select("value").writeStream, topic)
            writer = writer.option(name, OPTIONS[name])
            query = writer.option("checkpointLocation", ctx.path(f"checkpoint-{name}")).start()
            try:
                query.processAllAvailable()
            finally:
                query.stop()

        yield f"stream {name}", ctx.stage(lambda step=step: ctx.nothing(step))
