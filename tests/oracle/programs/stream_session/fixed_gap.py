"""Which sessions come out of which batch in append mode?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(4, v=2), at(20, v=3), at(2, "b", 4)]},
    {"a": [at(30, v=5)]},
    {"a": [at(24, v=6), at(60, "c", 7)]},
    {"a": [at(None, "n", 8), at(61, None, 9)]},
    {"a": [at(120, "z")]},
]


def run(spark, ctx):
    def sessions(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.session_window("t", "5 seconds"), "k").agg(
            F.count("*").alias("n"), F.sum("v").alias("s")
        )

    yield from ctx.steps("append", sessions, "append", STEPS)
