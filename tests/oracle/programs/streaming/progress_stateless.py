"""The record of a batch without state, with a watermark's column and without."""

import json


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"n":1,"t":100}', '{"n":2,"t":50}'])
    df = spark.readStream.schema("n int, t timestamp").json(ctx.path("in"))
    with ctx.running(df.where("n > 1"), "plain") as query:
        query.processAllAvailable()
        batch = json.loads(query.recentProgress[0].json)
        yield "keys", sorted(batch)
        yield "state", batch["stateOperators"]
        yield (
            "rows",
            [
                batch["numInputRows"],
                batch["sources"][0]["numInputRows"],
                batch["sink"]["numOutputRows"],
            ],
        )
        yield "duration keys", sorted(batch["durationMs"])
    with ctx.running(df.withWatermark("t", "10 seconds"), "marked") as query:
        query.processAllAvailable()
        batch = json.loads(query.recentProgress[0].json)
        yield "event time", batch["eventTime"]
    yield "after stop", [query.isActive, query.lastProgress is not None, query.exception()]
