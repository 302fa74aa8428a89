"""What becomes of the watermark with times before 1970, far in the future, and long delays?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING"


def at(t, k="a"):
    return {"t": t, "k": k}


STEPS = [
    {"a": [at("1969-12-31T23:59:59Z"), at("1900-01-01T00:00:00Z", "b")]},
    {"a": [at("2024-01-01T00:00:01Z", "c")]},
    {"a": [at("1969-12-31T23:59:59Z", "d"), at("9999-12-31T23:59:59Z", "e")]},
    {"a": [at("2024-01-01T00:00:02Z", "f")]},
]


def run(spark, ctx):
    for delay in ("0 seconds", "100 years", "1 month"):

        def counts(source, delay=delay):
            rows = source("a", SCHEMA).withWatermark("t", delay)
            return rows.groupBy(F.window("t", "10 seconds"), "k").count()

        yield from ctx.steps(delay, counts, "append", STEPS)
