"""Does a restart after every step change what is a duplicate?"""

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(10), at(12, "b")]},
    {"a": [at(11), at(30, "c")]},
    {"a": [at(21), at(12, "b"), at(31, "c")]},
    {"a": [at(32, "c"), at(20, "e")]},
]


def run(spark, ctx):
    builds = {
        "dropDuplicates": lambda df: df.dropDuplicates(["k"]),
        "within": lambda df: df.dropDuplicatesWithinWatermark(["k"]),
        "with time": lambda df: df.dropDuplicates(["k", "t"]),
    }
    for name, build in builds.items():
        yield from ctx.steps(
            name,
            lambda source, build=build: build(source("a", SCHEMA).withWatermark("t", "10 seconds")),
            "append",
            STEPS,
            restart_each_step=True,
        )
