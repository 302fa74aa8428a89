"""What does a batch over Kafka refuse at load()?"""


def run(spark, ctx):
    topic = ctx.kafka.topic("rows")
    ctx.kafka.produce(topic, ["one"])
    servers = {"kafka.bootstrap.servers": ctx.kafka.bootstrap}
    good = {**servers, "subscribe": topic}

    def load(options):
        return spark.read.format("kafka").options(**options).load()

    cases = {
        "nothing": {},
        "no servers": {"subscribe": topic},
        "no strategy": servers,
        "two strategies": {**good, "subscribePattern": topic},
        "three strategies": {**good, "subscribePattern": topic, "assign": '{"rows":[0]}'},
        "subscribe to nothing": {**servers, "subscribe": ""},
        "subscribe to commas": {**servers, "subscribe": " , ,"},
        "an empty pattern": {**servers, "subscribePattern": "  "},
        "a broken pattern": {**servers, "subscribePattern": "["},
        "assign a name": {**servers, "assign": "rows"},
        "assign broken JSON": {**servers, "assign": "{rows"},
        "assign a number": {**servers, "assign": '{"rows":0}'},
        "assign nothing": {**servers, "assign": "{}"},
        "minPartitions 0": {**good, "minPartitions": "0"},
        "minPartitions -1": {**good, "minPartitions": "-1"},
        "minPartitions a": {**good, "minPartitions": "a"},
        "maxRecordsPerPartition 0": {**good, "maxRecordsPerPartition": "0"},
        "maxRecordsPerPartition a": {**good, "maxRecordsPerPartition": "a"},
        "failOnDataLoss maybe": {**good, "failOnDataLoss": "maybe"},
        "pollTimeoutMs a": {**good, "kafkaConsumer.pollTimeoutMs": "a"},
        "numRetries a": {**good, "fetchOffset.numRetries": "a"},
        "maxOffsetsPerTrigger": {**good, "maxOffsetsPerTrigger": "1"},
        "min above max": {**good, "minOffsetsPerTrigger": "2", "maxOffsetsPerTrigger": "1"},
        "an option nobody knows": {**good, "colour": "red"},
        "a Kafka option nobody knows": {**good, "kafka.colour": "red"},
        "a wrong value": {**good, "kafka.max.poll.records": "many"},
        "another wrong value": {**good, "kafka.security.protocol": "SECRET"},
        "SUBSCRIBE in capitals": {**servers, "SUBSCRIBE": topic},
    }
    for label, options in cases.items():
        yield f"{label}: load", ctx.outcome(lambda options=options: load(options).columns)
        yield f"{label}: count", ctx.outcome(lambda options=options: load(options).count())
