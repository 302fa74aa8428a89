"""Does merging sessions before the shuffle change the result?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [{"a": [at(1), at(3, v=2), at(2, "b", 3)]}, {"a": [at(7, v=4)]}, {"a": [at(40, "z")]}]


def run(spark, ctx):
    spark.conf.set("spark.sql.streaming.sessionWindow.merge.sessions.in.local.partition", "true")

    def sessions(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.session_window("t", "5 seconds"), "k").agg(
            F.count("*").alias("n"), F.sum("v").alias("s")
        )

    yield from ctx.steps("append", sessions, "append", STEPS)
