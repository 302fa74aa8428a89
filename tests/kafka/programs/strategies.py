"""What do subscribe, subscribePattern and assign read?"""

import json


def run(spark, ctx):
    stem = ctx.kafka.name("stem")
    names = [f"{stem}.a", f"{stem}.b", f"{stem}.c"]
    for name in names:
        ctx.kafka.make_topic(name, partitions=2)
        ctx.kafka.produce(name, [(None, "0", 0), (None, "1", 1), (None, "1 again", 1)])
    servers = {"kafka.bootstrap.servers": ctx.kafka.bootstrap}
    a, b, c = names
    cases = {
        "one topic": {"subscribe": a},
        "two topics": {"subscribe": f"{a},{b}"},
        "spaces and commas": {"subscribe": f" {a} , ,{b},"},
        "the same twice": {"subscribe": f"{a},{a}"},
        "a pattern": {"subscribePattern": f"{stem}\\.[ac]"},
        "a pattern for all": {"subscribePattern": f"{stem}.*"},
        "a part of a name is no match": {"subscribePattern": stem},
        "a pattern without a match": {"subscribePattern": "nothing-is-called-so.*"},
        "assign": {"assign": json.dumps({a: [1], c: [0, 1]})},
        "assign the same twice": {"assign": json.dumps({a: [1, 1]})},
        "assign a partition that is not there": {"assign": json.dumps({a: [0, 5]})},
        "offsets for the assigned": {
            "assign": json.dumps({a: [1]}),
            "startingOffsets": json.dumps({a: {"1": 1}}),
        },
        "offsets for more than the assigned": {
            "assign": json.dumps({a: [1]}),
            "startingOffsets": json.dumps({a: {"0": 0, "1": 1}}),
        },
        "offsets for a pattern": {
            "subscribePattern": f"{stem}.[ab]",
            "startingOffsets": json.dumps({a: {"0": 1, "1": 1}, b: {"0": 0, "1": 2}}),
        },
    }
    for label, options in cases.items():

        def rows(options=options):
            frame = spark.read.format("kafka").options(**servers, **options).load()
            picked = frame.selectExpr(
                f"replace(topic, '{stem}')", "partition", "CAST(value AS STRING)"
            )
            return sorted(picked.collect())

        yield f"batch: {label}", ctx.outcome(rows)

    def stream(options):
        reader = spark.readStream.format("kafka").options(startingOffsets="earliest")
        return reader.options(**servers, **options).load().select("partition", "offset")

    for label in ("two topics", "a pattern", "assign", "offsets for the assigned"):
        options = cases[label]
        yield f"stream: {label}", ctx.refusal(lambda options=options: stream(options))
