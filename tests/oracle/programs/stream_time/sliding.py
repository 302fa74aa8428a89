"""When do sliding windows of a stream close, with rows that fall into open and closed ones?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, v INT"


def at(clock, v=1):
    return {"t": f"2024-01-01T00:{clock}Z", "v": v}


STEPS = [
    {"a": [at("00:01"), at("00:07", 2)]},
    {"a": [at("00:17", 4)]},
    # the watermark is 00:12 now: one window of this row is closed, the other open
    {"a": [at("00:09", 8), at("00:03", 16)]},
    {"a": [at("01:00", 32)]},
]


def run(spark, ctx):
    def sums(source):
        rows = source("a", SCHEMA).withWatermark("t", "5 seconds")
        return rows.groupBy(F.window("t", "10 seconds", "5 seconds")).agg(F.sum("v").alias("s"))

    for mode in ("append", "update"):
        yield from ctx.steps(mode, sums, mode, STEPS)
