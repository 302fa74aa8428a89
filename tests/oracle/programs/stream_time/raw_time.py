"""When are the groups of the event time itself complete, in append and update mode?"""

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k="a"):
    return {"t": None if clock is None else f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:10"), at("00:10"), at("00:05"), at(None)]},
    {"a": [at("00:15"), at("00:04")]},
    {"a": [at("00:10", "b"), at("00:30"), at(None)]},
]


def run(spark, ctx):
    def by_time(source):
        return source("a", SCHEMA).withWatermark("t", "5 seconds").groupBy("t").count()

    def by_time_and_key(source):
        return source("a", SCHEMA).withWatermark("t", "5 seconds").groupBy("k", "t").count()

    for mode in ("append", "update"):
        yield from ctx.steps(f"time, {mode}", by_time, mode, STEPS)
    yield from ctx.steps("key and time", by_time_and_key, "append", STEPS[:2])
