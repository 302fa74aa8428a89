"""What does dropDuplicatesWithinWatermark do without columns, and with the event time among them?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(10), at(10), at(11)]},
    {"a": [at(10), at(25, "b")]},
    {"a": [at(40, "c"), at(25, "b")]},
]


def run(spark, ctx):
    yield from ctx.steps(
        "all",
        lambda source: (
            source("a", SCHEMA).withWatermark("t", "10 seconds").dropDuplicatesWithinWatermark()
        ),
        "append",
        STEPS,
    )
    yield from ctx.steps(
        "time and key",
        lambda source: (
            source("a", SCHEMA)
            .withWatermark("t", "10 seconds")
            .dropDuplicatesWithinWatermark(["t", "k"])
        ),
        "append",
        STEPS,
    )
