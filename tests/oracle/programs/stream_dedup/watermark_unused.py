"""What does a watermark do to dropDuplicates that leaves the event time out?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(10)]},
    {"a": [at(60, "b"), at(61)]},
    {"a": [at(20, "late"), at(20), at(50, "edge"), at(51, "in")]},
    {"a": [at(200, "z")]},
]


def run(spark, ctx):
    yield from ctx.steps(
        "key",
        lambda source: source("a", SCHEMA).withWatermark("t", "10 seconds").dropDuplicates(["k"]),
        "append",
        STEPS,
    )
