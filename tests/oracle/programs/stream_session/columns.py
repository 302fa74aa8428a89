"""Which columns come out of a streaming session aggregation, and what may follow it?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [{"a": [at(1), at(3, v=2), at(2, "b", 3)]}, {"a": [at(30, "z")]}]


def run(spark, ctx):
    def grouped(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.session_window("t", "5 seconds"), "k").agg(
            F.count("*").alias("n"), F.avg("v").alias("m")
        )

    def fields(source):
        return grouped(source).select(
            "k", "session_window.start", "session_window.end", F.col("n") + 1
        )

    def renamed(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(
            F.session_window("t", "5 seconds").alias("s"), F.upper("k").alias("u")
        ).count()

    def two_keys(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy("k", F.session_window("t", "5 seconds"), "v").agg(F.max("t"))

    def filtered(source):
        return grouped(source).where("n > 1")

    def distinct_count(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.session_window("t", "5 seconds"), "k").agg(
            F.approx_count_distinct("v")
        )

    for build in (fields, renamed, two_keys, filtered, distinct_count):
        frames = []

        def kept(source, build=build, frames=frames):
            frames.append(build(source))
            return frames[-1]

        yield from ctx.steps(build.__name__, kept, "append", STEPS)
        yield f"{build.__name__}: schema", frames[0].schema.simpleString()
