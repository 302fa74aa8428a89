"""What of offsets that lie outside of what a topic holds?"""

import json


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=1)
    ctx.kafka.produce(topic, [f"{i}" for i in range(10)])
    ctx.kafka.delete_records(topic, {0: 4})

    def count(first, end, **options):
        options = {"kafkaConsumer.pollTimeoutMs": "5000", **options}
        starting, ending = json.dumps({topic: {"0": first}}), json.dumps({topic: {"0": end}})
        frame = ctx.read(topic, startingOffsets=starting, endingOffsets=ending, **options)
        return frame.select("offset").collect()

    for loss in ("true", "false"):
        for first, end in [(0, 10), (2, 6), (0, 3), (4, 10), (8, 12), (10, 12), (12, 14)]:
            yield (
                f"failOnDataLoss {loss}: {first} to {end}",
                ctx.outcome(
                    lambda first=first, end=end, loss=loss: count(first, end, failOnDataLoss=loss)
                ),
            )
