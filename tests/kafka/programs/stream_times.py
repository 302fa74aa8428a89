"""Where does a stream begin that starts by timestamps?"""

import json

START = 1_700_000_000_000


def run(spark, ctx):
    topic = ctx.kafka.topic("rows", partitions=2)
    for number in (0, 1):
        records = [(None, f"{number}/{i}", number, None, START + 1000 * i) for i in range(3)]
        ctx.kafka.produce(topic, records)

    def at(first, second):
        return json.dumps({topic: {"0": first, "1": second}})

    cases = {
        "startingTimestamp": {"startingTimestamp": START + 1000},
        "by partition": {"startingOffsetsByTimestamp": at(START + 2000, START)},
        "after all": {"startingTimestamp": START * 2},
        "after all, latest": {
            "startingTimestamp": START * 2,
            "startingOffsetsByTimestampStrategy": "latest",
        },
        "one after all, latest": {
            "startingOffsetsByTimestamp": at(START, START * 2),
            "startingOffsetsByTimestampStrategy": "latest",
        },
        "one after all": {"startingOffsetsByTimestamp": at(START, START * 2)},
        "strategy unknown": {
            "startingTimestamp": START,
            "startingOffsetsByTimestampStrategy": "sometimes",
        },
        "no number": {"startingTimestamp": "yesterday"},
        "a partition missing": {"startingOffsetsByTimestamp": json.dumps({topic: {"0": START}})},
    }
    for label, options in cases.items():
        yield (
            label,
            ctx.refusal(
                lambda options=options: ctx.stream(topic, **options).select("partition", "offset")
            ),
        )
