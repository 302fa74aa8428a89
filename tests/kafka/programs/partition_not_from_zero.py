"""What of an added partition whose first records are gone already?"""

QUICK = {"kafkaConsumer.pollTimeoutMs": "5000", "fetchOffset.numRetries": "1"}


def run(spark, ctx):
    for loss in ("true", "false"):
        topic = ctx.kafka.topic("rows")
        ctx.kafka.produce(topic, ["a"])
        stream = ctx.stream(topic, failOnDataLoss=loss, **QUICK).select("partition", "offset")
        with ctx.follow(stream, files=True) as followed:
            yield f"{loss}: before", followed.step()
            followed.stop()
            ctx.kafka.add_partitions(topic, 2)
            ctx.kafka.produce(topic, [(None, f"{i}", 1) for i in range(4)])
            ctx.kafka.delete_records(topic, {1: 2})
            yield f"{loss}: it starts from 2", ctx.stage(lambda f=followed: f.again())
