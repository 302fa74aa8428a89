"""Which options count when a query starts again from its checkpoint?"""

import json


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=2)
    other = ctx.kafka.topic("others")
    ctx.kafka.produce(topic, [(None, f"{i}", i % 2) for i in range(4)])
    ctx.kafka.produce(other, ["o"])

    def stream(subscribe, **options):
        return ctx.stream(subscribe, **options).selectExpr("topic", "partition", "offset")

    with ctx.follow(stream(topic), files=True) as followed:
        yield "earliest", followed.step()
        yield "again from earliest", followed.again(stream(topic))
        followed.stop()
        ctx.kafka.produce(topic, ["x"])
        yield "from latest", followed.again(stream(topic, startingOffsets="latest"))
        zero = json.dumps({topic: {"0": 0, "1": 0}})
        followed.stop()
        ctx.kafka.produce(topic, ["y"])
        yield "from an offset", followed.again(stream(topic, startingOffsets=zero))
        followed.stop()
        ctx.kafka.produce(topic, ["z"] * 4)
        yield "limited", followed.again(stream(topic, maxOffsetsPerTrigger=2))
        yield "a topic more", followed.again(stream(f"{topic},{other}"))
        options = {"assign": json.dumps({topic: [0, 1], other: [0]})}
        followed.stop()
        ctx.kafka.produce(topic, ["assigned"])
        yield "assign", followed.again(stream(None, **options))
        yield "a topic less", ctx.stage(lambda: followed.again(stream(topic)))
        yield (
            "a topic less, no fail",
            ctx.stage(lambda: followed.again(stream(topic, failOnDataLoss="false"))),
        )
        yield (
            "another topic alone",
            ctx.stage(lambda: followed.again(stream(other, failOnDataLoss="false"))),
        )
