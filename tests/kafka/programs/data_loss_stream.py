"""What does a stream say, or leave out, when records it has not read are gone?"""

QUICK = {"kafkaConsumer.pollTimeoutMs": "5000", "fetchOffset.numRetries": "1"}


def run(spark, ctx):
    for loss in ("true", "false"):
        topic = ctx.kafka.topic("rows", partitions=2)
        ctx.kafka.produce(topic, [(None, f"{i}", i % 2) for i in range(6)])
        stream = ctx.stream(topic, failOnDataLoss=loss, **QUICK)
        frame = stream.selectExpr("partition", "offset", "CAST(value AS STRING)")
        with ctx.follow(frame, files=True) as followed:
            yield f"{loss}: before", followed.step()
            followed.stop()
            ctx.kafka.produce(topic, [(None, f"{i}", i % 2) for i in range(6, 14)])
            ctx.kafka.delete_records(topic, {0: 5})
            yield f"{loss}: records deleted", ctx.stage(lambda f=followed: f.again())
            yield f"{loss}: and again", ctx.stage(lambda f=followed: f.again())
            followed.stop()
            ctx.kafka.produce(topic, [(None, "later", 0)])
            yield f"{loss}: and later", ctx.stage(lambda f=followed: f.again())
