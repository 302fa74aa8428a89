"""What is the expiry of a key whose first row is not its newest?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(50, "x")]},
    {"a": [at(45, "a"), at(59, "a", 2)]},
    {"a": [at(65, "x", 3)]},
    {"a": [at(60, "a", 4)]},
    {"a": [at(66, "x", 5)]},
    {"a": [at(61, "a", 6)]},
]


def run(spark, ctx):
    yield from ctx.steps(
        "first",
        lambda source: (
            source("a", SCHEMA)
            .withWatermark("t", "10 seconds")
            .dropDuplicatesWithinWatermark(["k"])
        ),
        "append",
        STEPS,
    )
