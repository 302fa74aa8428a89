"""Which rows have startingOffsets and endingOffsets of a batch, and what do they refuse?"""

import json


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=2)
    ctx.kafka.produce(topic, [(None, f"{i}", i % 2) for i in range(10)])

    def read(**options):
        return ctx.read(topic, **options).selectExpr("partition", "offset", "CAST(value AS STRING)")

    def at(first, second):
        return json.dumps({topic: {"0": first, "1": second}})

    yield "earliest to latest", read(startingOffsets="earliest", endingOffsets="latest")
    yield "in capitals", read(startingOffsets=" EARLIEST ".strip(), endingOffsets="Latest")
    yield "from an offset each", read(startingOffsets=at(4, 2))
    yield "to an offset each", read(endingOffsets=at(1, 0))
    yield "between", read(startingOffsets=at(1, 2), endingOffsets=at(3, 4))
    yield "-2 as start", read(startingOffsets=at(-2, 3))
    yield "-1 as end", read(startingOffsets=at(3, 3), endingOffsets=at(-1, 4))
    yield "an empty range", read(startingOffsets=at(3, 3), endingOffsets=at(3, 3))
    yield "spaces in the JSON", read(startingOffsets=f' {{ "{topic}" : {{ "0": 4, "1": 5 }} }} ')

    refused = {
        "latest as start": {"startingOffsets": "latest"},
        "earliest as end": {"endingOffsets": "earliest"},
        "-1 as start": {"startingOffsets": at(-1, 0)},
        "-2 as end": {"endingOffsets": at(-2, 0)},
        "start after end": {"startingOffsets": at(3, 0), "endingOffsets": at(2, 5)},
        "no JSON": {"startingOffsets": "first"},
        "broken JSON": {"startingOffsets": '{"rows":{"0":1'},
        "a text for a number": {"startingOffsets": '{"rows":{"0":"one"}}'},
        "a list": {"startingOffsets": "[1]"},
        "a partition that is no number": {"startingOffsets": '{"rows":{"zero":1}}'},
        "empty": {"startingOffsets": ""},
        "one partition missing": {"startingOffsets": json.dumps({topic: {"0": 1}})},
        "one partition missing at the end": {"endingOffsets": json.dumps({topic: {"0": 1}})},
        "a partition too many": {"startingOffsets": json.dumps({topic: {"0": 1, "1": 1, "2": 1}})},
        "another topic": {"startingOffsets": '{"elsewhere":{"0":1}}'},
        "no topic": {"startingOffsets": "{}"},
    }
    for label, options in refused.items():
        yield label, ctx.outcome(lambda options=options: read(**options).count())
    yield "when it is refused", ctx.error(lambda: read(startingOffsets="latest"))
    yield "when JSON is", ctx.error(lambda: read(startingOffsets="first"))
    yield (
        "missing partitions at load",
        ctx.outcome(lambda: read(startingOffsets=json.dumps({topic: {"0": 1}})).columns),
    )
