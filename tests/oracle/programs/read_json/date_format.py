"""Texts and numbers as dates."""

VALUES = [
    '"2016-07-26"',
    '"2016-7-6"',
    '"2016-07-26T10:00:00"',
    '"26.07.2016"',
    "17000",
    '"x"',
    "null",
]


def run(spark, ctx):
    path = ctx.write_lines("a.json", [f'{{"k":{n},"d":{v}}}' for n, v in enumerate(VALUES)])
    yield "default", spark.read.schema("k int, d date").json(path)
    own = spark.read.schema("k int, d date").option("dateFormat", "dd.MM.yyyy")
    yield "own format", own.json(path)
    yield (
        "bad format",
        ctx.outcome(
            lambda: spark.read.schema("d date").option("dateFormat", "qqqq-bb").json(path).collect()
        ),
    )
