"""What does the progress of a query from Kafka to Kafka say?"""

import json

TIMES = {"id", "runId", "timestamp", "batchDuration", "durationMs", "inputRowsPerSecond"}
TIMES |= {"processedRowsPerSecond"}


def shape(value):
    """The JSON without what time makes of it."""
    if isinstance(value, dict):
        return {key: shape(item) for key, item in value.items() if key not in TIMES}
    return [shape(item) for item in value] if isinstance(value, list) else value


def run(spark, ctx):
    source = ctx.kafka.topic("source", partitions=2)
    target = ctx.kafka.topic("target")
    ctx.kafka.produce(source, [(None, f"{i}", i % 2) for i in range(5)])
    stream = ctx.stream(source, maxOffsetsPerTrigger=4)
    writer = ctx.writer(stream.select("value").writeStream.queryName("copy"), target)
    query = writer.option("checkpointLocation", ctx.path("checkpoint")).start()
    query.processAllAvailable()
    found = [json.loads(entry.json) for entry in query.recentProgress]
    batches = [entry for entry in found if "addBatch" in entry["durationMs"]]
    yield "keys", sorted(batches[0])
    yield "durations", sorted(batches[0]["durationMs"])
    for number, entry in enumerate(batches):
        yield f"batch {number}", json.dumps(shape(entry), sort_keys=True)
    last = query.lastProgress
    yield (
        "types",
        [type(last.sources[0].startOffset).__name__, type(last.sources[0].metrics).__name__],
    )
    yield "an offset as text", [last.sources[0].startOffset, last.sources[0].latestOffset]
    yield "rows", [last.numInputRows, last.sink.numOutputRows]
    yield "status", sorted(query.status)
    query.stop()
    yield "copied", ctx.records(target)

    console = stream.select("value").writeStream.format("noop")
    query = console.option("checkpointLocation", ctx.path("noop")).start()
    query.processAllAvailable()
    found = [json.loads(entry.json) for entry in query.recentProgress]
    yield "another sink", [entry["sink"] for entry in found if "addBatch" in entry["durationMs"]]
    query.stop()
