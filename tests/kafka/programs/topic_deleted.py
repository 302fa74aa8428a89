"""What does a stream do when its topic is deleted, and made anew?"""

QUICK = {"kafkaConsumer.pollTimeoutMs": "5000", "fetchOffset.numRetries": "1"}


def run(spark, ctx):
    for loss in ("true", "false"):
        topic = ctx.kafka.topic("rows")
        ctx.kafka.produce(topic, [f"{i}" for i in range(3)])
        stream = ctx.stream(topic, failOnDataLoss=loss, **QUICK).select("partition", "offset")
        with ctx.follow(stream, files=True) as followed:
            yield f"{loss}: before", followed.step()
            followed.stop()
            ctx.kafka.delete_topic(topic)
            ctx.kafka.make_topic(topic)
            ctx.kafka.produce(topic, [(None, "new", 0)])
            yield f"{loss}: made anew, shorter", ctx.stage(lambda f=followed: f.again())
            followed.stop()
            ctx.kafka.produce(topic, [(None, "new", 0)] * 4)
            yield f"{loss}: made anew, longer", ctx.stage(lambda f=followed: f.again())

    topic = ctx.kafka.topic("gone")
    other = ctx.kafka.topic("stays")
    for each in (topic, other):
        ctx.kafka.produce(each, ["x"])
    for loss in ("true", "false"):
        stream = ctx.stream(f"{topic},{other}", failOnDataLoss=loss, **QUICK).select("topic")
        with ctx.follow(stream, files=True) as followed:
            yield f"two topics, {loss}: before", followed.step()
            followed.stop()
            ctx.kafka.delete_topic(topic)
            yield f"two topics, {loss}: one deleted", ctx.stage(lambda f=followed: f.again())
            followed.stop()
            ctx.kafka.make_topic(topic)
            ctx.kafka.produce(topic, ["x"])
