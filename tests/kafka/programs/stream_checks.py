"""What does a stream over Kafka refuse, at load(), at start() or while it runs?"""

import json


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=2)
    ctx.kafka.produce(topic, ["one"])
    servers = {"kafka.bootstrap.servers": ctx.kafka.bootstrap}
    good = {**servers, "subscribe": topic, "startingOffsets": "earliest"}

    def load(options):
        stream = spark.readStream.format("kafka").options(**options).load()
        return stream.selectExpr("CAST(value AS STRING)")

    def at(**partitions):
        return json.dumps({topic: {name[1:]: offset for name, offset in partitions.items()}})

    cases = {
        "nothing": {},
        "no servers": {"subscribe": topic},
        "no strategy": servers,
        "two strategies": {**good, "subscribePattern": topic},
        "subscribe to nothing": {**servers, "subscribe": ""},
        "an empty pattern": {**servers, "subscribePattern": ""},
        "a broken pattern": {**servers, "subscribePattern": "["},
        "assign a name": {**servers, "assign": "rows"},
        "assign broken JSON": {**servers, "assign": "{rows"},
        "endingOffsets": {**good, "endingOffsets": "latest"},
        "endingOffsetsByTimestamp": {**good, "endingOffsetsByTimestamp": '{"rows":{"0":1}}'},
        "endingTimestamp": {**good, "endingTimestamp": "1"},
        "endingOffsets in capitals": {**good, "ENDINGOFFSETS": "latest"},
        "startingOffsets no JSON": {**good, "startingOffsets": "first"},
        "startingOffsets one partition missing": {**good, "startingOffsets": at(p0=0)},
        "startingOffsets a partition too many": {**good, "startingOffsets": at(p0=0, p1=0, p2=0)},
        "startingOffsets beyond": {**good, "startingOffsets": at(p0=5, p1=0)},
        "startingOffsets beyond, no fail": {
            **good,
            "startingOffsets": at(p0=5, p1=0),
            "failOnDataLoss": "false",
        },
        "startingOffsets -1 and -2": {**good, "startingOffsets": at(p0=-1, p1=-2)},
        "startingOffsets -2 and -1": {**good, "startingOffsets": at(p0=-2, p1=-1)},
        "startingOffsets -3": {**good, "startingOffsets": at(p0=-3, p1=0)},
        "minPartitions 0": {**good, "minPartitions": "0"},
        "minOffsetsPerTrigger a": {**good, "minOffsetsPerTrigger": "a"},
        "min above max": {**good, "minOffsetsPerTrigger": "2", "maxOffsetsPerTrigger": "1"},
        "maxTriggerDelay a": {**good, "minOffsetsPerTrigger": "1", "maxTriggerDelay": "soon"},
        "failOnDataLoss maybe": {**good, "failOnDataLoss": "maybe"},
        "includeHeaders maybe": {**good, "includeHeaders": "maybe"},
        "an option nobody knows": {**good, "colour": "red"},
        "a wrong value": {**good, "kafka.max.poll.records": "many"},
    }
    for label, options in cases.items():
        yield label, ctx.refusal(lambda options=options: load(options))
