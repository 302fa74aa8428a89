"""Which options of the Kafka client does a source refuse, and what does it say?"""

OPTIONS = {
    "kafka.auto.offset.reset": "earliest",
    "kafka.key.deserializer": "org.apache.kafka.common.serialization.StringDeserializer",
    "kafka.value.deserializer": "org.apache.kafka.common.serialization.StringDeserializer",
    "kafka.enable.auto.commit": "false",
    "kafka.interceptor.classes": "a.B",
    "kafka.group.id": "mine",
    "kafka.Group.Id": "mine",
    "kafka.AUTO.offset.reset": "latest",
    "kafka.key.serializer": "a.B",
    "kafka.client.id": "me",
    "kafka.fetch.min.bytes": "2",
    "kafka.max.partition.fetch.bytes": "1048576",
    "kafka.session.timeout.ms": "9000",
    "kafka.request.timeout.ms": "20000",
    "kafka.isolation.level": "read_committed",
    "kafka.isolation.level ": "read_committed",
    "group.id": "mine",
    "groupIdPrefix": "mine",
}


def run(spark, ctx):
    topic = ctx.kafka.topic("rows")
    ctx.kafka.produce(topic, ["one"])
    for name, value in OPTIONS.items():
        option = {name: value}
        yield f"batch {name}", ctx.outcome(lambda option=option: ctx.read(topic, **option).count())
    for name in list(OPTIONS)[:8]:
        option = {name: OPTIONS[name]}
        yield (
            f"stream {name}",
            ctx.refusal(lambda option=option: ctx.stream(topic, **option).select("offset")),
        )
    for level in ("read_committed", "read_uncommitted", "committed"):
        option = {"kafka.isolation.level": level}
        yield (
            f"isolation {level}",
            ctx.outcome(lambda option=option: ctx.read(topic, **option).count()),
        )
