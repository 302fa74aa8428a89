"""From where to where does a batch read by timestamps?"""

import json

START = 1_700_000_000_000


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=2)
    for number in (0, 1):
        records = [(None, f"{number}/{i}", number, None, START + 1000 * i) for i in range(5)]
        ctx.kafka.produce(topic, records)

    def read(**options):
        return ctx.read(topic, **options).selectExpr("partition", "offset")

    def at(first, second):
        return json.dumps({topic: {"0": first, "1": second}})

    yield "startingTimestamp", read(startingTimestamp=START + 3000)
    yield "between two records", read(startingTimestamp=START + 2500)
    yield "endingTimestamp", read(endingTimestamp=START + 1000)
    yield "both", read(startingTimestamp=START + 1000, endingTimestamp=START + 3000)
    yield "before all", read(startingTimestamp=0, endingTimestamp=START)
    yield "an end after all", read(startingTimestamp=START + 4000, endingTimestamp=START * 2)
    yield "by partition", read(startingOffsetsByTimestamp=at(START + 4000, START + 2000))
    yield "ends by partition", read(endingOffsetsByTimestamp=at(START + 1000, START))
    yield "above offsets", read(startingTimestamp=START + 4000, startingOffsets="earliest")
    yield (
        "above offsets by timestamp",
        read(startingTimestamp=START + 4000, startingOffsetsByTimestamp=at(START, START)),
    )
    yield (
        "by timestamp above offsets",
        read(startingOffsetsByTimestamp=at(START + 4000, START + 4000), startingOffsets=at(0, 0)),
    )
    yield "-1 for latest, end", read(endingOffsetsByTimestamp=at(-1, START))

    refused = {
        "a start after all": {"startingTimestamp": START * 2},
        "a start after all, by partition": {
            "startingOffsetsByTimestamp": at(START, START * 2),
        },
        "strategy error": {
            "startingTimestamp": START * 2,
            "startingOffsetsByTimestampStrategy": "error",
        },
        "strategy latest": {
            "startingTimestamp": START * 2,
            "startingOffsetsByTimestampStrategy": "latest",
        },
        "strategy LATEST, by partition": {
            "startingOffsetsByTimestamp": at(START, START * 2),
            "startingOffsetsByTimestampStrategy": "LATEST",
        },
        "strategy unknown": {
            "startingTimestamp": START,
            "startingOffsetsByTimestampStrategy": "earliest",
        },
        "start after end": {"startingTimestamp": START + 3000, "endingTimestamp": START + 1000},
        "start after end, by partition": {
            "startingOffsetsByTimestamp": at(START + 3000, START),
            "endingOffsetsByTimestamp": at(START + 2000, START + 1000),
        },
        "negative": {"startingTimestamp": -5},
        "no number": {"startingTimestamp": "yesterday"},
        "no JSON": {"startingOffsetsByTimestamp": "yesterday"},
        "broken JSON": {"startingOffsetsByTimestamp": '{"rows":'},
        "a partition missing": {"startingOffsetsByTimestamp": json.dumps({topic: {"0": START}})},
        "a partition missing at the end": {
            "endingOffsetsByTimestamp": json.dumps({topic: {"0": START}})
        },
        "a text": {"startingOffsetsByTimestamp": '{"rows":{"0":"x"}}'},
    }
    for label, options in refused.items():
        yield label, ctx.outcome(lambda options=options: sorted(read(**options).collect()))
