"""What does a row do that joins two sessions that are held already, in one batch or over several?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(10), at(18, v=2), at(10, "b", 3)]},
    {"a": [at(14, v=4)]},
    {"a": [at(5, v=5), at(23, v=6), at(33, v=7)]},
    {"a": [at(28, v=8), at(15, "b", 9), at(20, "b", 10)]},
    {"a": [at(90, "z")]},
    {"a": [at(91, "z")]},
]


def run(spark, ctx):
    def sessions(source):
        rows = source("a", SCHEMA).withWatermark("t", "30 seconds")
        return rows.groupBy(F.session_window("t", "5 seconds"), "k").agg(
            F.count("*").alias("n"),
            F.sum("v").alias("s"),
            F.sort_array(F.collect_list("v")).alias("l"),
        )

    yield from ctx.steps("append", sessions, "append", STEPS)
    yield from ctx.steps("complete", sessions, "complete", STEPS)
    yield from ctx.steps("restarts", sessions, "append", STEPS, restart_each_step=True)
