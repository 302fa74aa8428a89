"""What of a stream whose unread records are all gone?"""

QUICK = {"kafkaConsumer.pollTimeoutMs": "5000", "fetchOffset.numRetries": "1"}


def run(spark, ctx):
    for loss in ("true", "false"):
        topic = ctx.kafka.topic("rows")
        ctx.kafka.produce(topic, ["a", "b"])
        stream = ctx.stream(topic, failOnDataLoss=loss, **QUICK).select("partition", "offset")
        with ctx.follow(stream, files=True) as followed:
            yield f"{loss}: before", followed.step()
            followed.stop()
            ctx.kafka.produce(topic, ["c", "d", "e"])
            ctx.kafka.delete_records(topic, {0: 5})
            yield f"{loss}: all unread records deleted", ctx.stage(lambda f=followed: f.again())
            followed.stop()
            ctx.kafka.produce(topic, ["f"])
            yield f"{loss}: one more", ctx.stage(lambda f=followed: f.again())
