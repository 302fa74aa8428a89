"""Which rows are late to the microsecond: on the watermark, before and after it?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(clock, k):
    return {"t": f"2024-01-01T00:{clock}Z", "k": k}


STEPS = [
    {"a": [at("00:20", "first")]},
    {
        "a": [
            at("00:10", "on the mark"),
            at("00:09.999999", "a microsecond before"),
            at("00:10.000001", "a microsecond after"),
            at("00:09.999", "a millisecond before"),
            at("00:00", "long before"),
        ]
    },
    # the watermark has milliseconds only
    {"a": [at("00:30.0009", "fraction")]},
    {"a": [at("00:20.0005", "after the cut mark"), at("00:20", "on the cut mark")]},
]


def run(spark, ctx):
    def by_window(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.window("t", "10 seconds"), "k").count()

    def by_time(source):
        return source("a", SCHEMA).withWatermark("t", "10 seconds").groupBy("t", "k").count()

    yield from ctx.steps("window", by_window, "update", STEPS)
    yield from ctx.steps("time", by_time, "append", STEPS)
