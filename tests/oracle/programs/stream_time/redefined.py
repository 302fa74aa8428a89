"""What do two watermarks in one line of a stream mean, on one column or on two?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, u TIMESTAMP, k STRING"


def at(t, u, k="a"):
    return {"t": f"2024-01-01T00:{t}Z", "u": f"2024-01-01T00:{u}Z", "k": k}


STEPS = [
    {"a": [at("00:01", "00:30"), at("00:20", "00:02")]},
    {"a": [at("00:05", "00:40"), at("00:50", "00:12")]},
]


def run(spark, ctx):
    def same(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds").withWatermark("t", "0 seconds")
        return rows.groupBy(F.window("t", "10 seconds")).count()

    def other_first(source):
        rows = source("a", SCHEMA).withWatermark("u", "0 seconds").withWatermark("t", "0 seconds")
        return rows.groupBy(F.window("t", "10 seconds")).count()

    def other_last(source):
        rows = source("a", SCHEMA).withWatermark("t", "0 seconds").withWatermark("u", "0 seconds")
        return rows.groupBy(F.window("t", "10 seconds")).count()

    def after_aggregation(source):
        rows = source("a", SCHEMA).withWatermark("t", "0 seconds")
        counts = rows.groupBy(F.window("t", "10 seconds")).count()
        ends = counts.select(F.col("window.end").alias("e"), "count")
        return ends.withWatermark("e", "5 seconds")

    def after_aggregation_twice(source):
        return after_aggregation(source).groupBy(F.window("e", "20 seconds")).count()

    builds = (same, other_first, other_last, after_aggregation, after_aggregation_twice)
    for build in builds:
        with ctx.script(build) as script:
            yield build.__name__, ctx.outcome(lambda script=script: script.step(**STEPS[0]))
