"""Which windows come out of which batch in append mode, and what is dropped as late?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(clock, k="a", v=1):
    return {"t": f"2024-01-01T{clock}Z", "k": k, "v": v}


STEPS = [
    {"a": [at("00:00:01"), at("00:00:07", v=2)]},
    {"a": [at("00:00:25")]},
    {"a": [at("00:00:02", v=100), at("00:00:16", v=7)]},
    {"a": [at("00:01:00", k="b"), {"t": None, "k": "n", "v": 1}]},
    {"a": [at("00:00:40", k="late"), at("00:00:50", k="edge")]},
]


def run(spark, ctx):
    def counts(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.window("t", "10 seconds"), "k").agg(
            F.count("*").alias("n"), F.sum("v").alias("s")
        )

    for mode in ("append", "update", "complete"):
        yield from ctx.steps(mode, counts, mode, STEPS)
