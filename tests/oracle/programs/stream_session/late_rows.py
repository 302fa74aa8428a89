"""Which rows are too late for a session, and what of a late row that belongs to a session still open?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(10), at(30, v=2)]},
    {"a": [at(14, v=3), at(15, v=4), at(16, v=5), at(19, "b", 6), at(20, "b", 7), at(21, "c", 8)]},
    {"a": [at(26, v=9), at(21, v=10)]},
    {"a": [at(60, "z")]},
    {"a": [at(44, "late"), at(45, "edge"), at(46, "in"), at(55, "z")]},
    {"a": [at(100, "z")]},
]


def run(spark, ctx):
    def sessions(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.session_window("t", "5 seconds"), "k").agg(
            F.count("*").alias("n"), F.sum("v").alias("s")
        )

    yield from ctx.steps("append", sessions, "append", STEPS)
    yield from ctx.steps("complete", sessions, "complete", STEPS)
