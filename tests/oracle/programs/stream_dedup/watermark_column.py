"""When does dropDuplicates with the event time among its columns forget, and what is late?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(10), at(10, v=2), at(20), at(20, "b")]},
    {"a": [at(40), at(20, v=3)]},
    {"a": [at(29), at(30), at(31), at(30, "b")]},
    {"a": [at(60, "z")]},
    {"a": [at(40), at(50), at(51), at(None), at(None, "n"), at(None)]},
    {"a": [at(100, "z")]},
]


def run(spark, ctx):
    for mode in ("append",):
        yield from ctx.steps(
            mode,
            lambda source: (
                source("a", SCHEMA).withWatermark("t", "10 seconds").dropDuplicates(["k", "t"])
            ),
            mode,
            STEPS,
        )
