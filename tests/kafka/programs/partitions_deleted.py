"""What does a stream say when a topic of its pattern, or partitions, are no longer there?"""

QUICK = {"kafkaConsumer.pollTimeoutMs": "5000", "fetchOffset.numRetries": "1"}


def run(spark, ctx):
    for loss in ("true", "false"):
        stem = ctx.kafka.name("stem")
        names = [f"{stem}.a", f"{stem}.b"]
        for name in names:
            ctx.kafka.make_topic(name)
            ctx.kafka.produce(name, ["1"])
        stream = ctx.stream(None, subscribePattern=f"{stem}.*", failOnDataLoss=loss, **QUICK)
        with ctx.follow(stream.select("topic", "offset"), files=True) as followed:
            yield f"{loss}: before", followed.step()
            followed.stop()
            ctx.kafka.delete_topic(names[0])
            ctx.kafka.produce(names[1], ["2"])
            yield f"{loss}: one topic deleted", ctx.stage(lambda f=followed: f.again())
            followed.stop()
            ctx.kafka.produce(names[1], ["3"])
            yield f"{loss}: and later", ctx.stage(lambda f=followed: f.again())

    topic = ctx.kafka.topic("rows", partitions=2)
    ctx.kafka.produce(topic, ["1"])
    option = {"kafka.group.id": ctx.kafka.name("group"), **QUICK}
    with ctx.follow(ctx.stream(topic, **option).select("partition"), files=True) as followed:
        yield "a group of one's own: before", followed.step()
        followed.stop()
        ctx.kafka.delete_topic(topic)
        ctx.kafka.make_topic(topic, 1)
        yield "a group of one's own: fewer partitions", ctx.stage(lambda f=followed: f.again())
