"""When does dropDuplicatesWithinWatermark forget a key, and what is late for it?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(10), at(12, v=2), at(10, "b")]},
    {"a": [at(29, "c"), at(19, v=3), at(20, "b", 4)]},
    {"a": [at(30, "c")]},
    {"a": [at(21, v=5), at(20, "b", 6), at(19, "late")]},
    {"a": [at(31, v=7)]},
    {"a": [at(22, "b", 8), at(21, "edge", 9)]},
    {"a": [at(None), at(None, "n"), at(60, "z")]},
    {"a": [at(None, "n"), at(61, "z", 2), at(100, "y")]},
]


def run(spark, ctx):
    for mode in ("append",):
        yield from ctx.steps(
            mode,
            lambda source: (
                source("a", SCHEMA)
                .withWatermark("t", "10 seconds")
                .dropDuplicatesWithinWatermark(["k"])
            ),
            mode,
            STEPS,
        )
