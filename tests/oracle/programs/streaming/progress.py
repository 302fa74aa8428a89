"""The record of a batch: its keys, and every value that does not depend on the clock."""


def run(spark, ctx):
    for number in range(3):
        ctx.write_lines(
            f"in/{number}.json", [f'{{"k":"{"abc"[i]}","v":{i}}}' for i in range(number + 1)]
        )
    df = (
        spark.readStream.schema("k string, v int")
        .option("maxFilesPerTrigger", 1)
        .json(ctx.path("in"))
    )
    with ctx.running(df.groupBy("k").count(), "counts", "complete") as query:
        yield "before the first batch", query.lastProgress if not query.recentProgress else None
        query.processAllAvailable()
        batches = [p for p in query.recentProgress if p["numInputRows"] > 0]
        last = batches[-1]
        yield "type", type(last).__name__
        yield "keys", sorted(last.keys() if isinstance(last, dict) else json_of(last))
        yield "batch ids", [p["batchId"] for p in batches]
        yield "input rows", [p["numInputRows"] for p in batches]
        yield "ids", [last["id"] == query.id, last["runId"] == query.runId, last["name"]]
        yield "duration keys", sorted(last["durationMs"])
        yield "event time", dict(last["eventTime"])
        state = [p["stateOperators"][0] for p in batches]
        yield (
            "state",
            [
                [
                    s["operatorName"],
                    s["numRowsTotal"],
                    s["numRowsUpdated"],
                    s["numRowsRemoved"],
                    s["numRowsDroppedByWatermark"],
                ]
                for s in state
            ],
        )
        yield "state keys", sorted(json_of(last)["stateOperators"][0])
        yield "partitions", [state[-1]["numShufflePartitions"], state[-1]["numStateStoreInstances"]]
        sources = json_of(last)["sources"]
        yield "source keys", sorted(sources[0])
        yield (
            "source",
            [
                sources[0]["description"],
                sources[0]["startOffset"],
                sources[0]["endOffset"],
                sources[0]["latestOffset"],
            ],
        )
        yield "first source", json_of(batches[0])["sources"][0]["startOffset"]
        yield "sink", json_of(last)["sink"]
        yield "timestamp's length", len(last["timestamp"])
        yield (
            "last is the last of the recent",
            query.lastProgress["batchId"] == query.recentProgress[-1]["batchId"],
        )


def json_of(progress):
    import json

    return json.loads(progress.json)
