"""Does a restart after every step change the sessions?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(8, v=2), at(2, "b", 3)]},
    {"a": [at(5, v=4), at(20, "b", 5)]},
    {"a": [at(40, v=6)]},
    {"a": [at(41, v=7), at(20, "late", 8)]},
    {"a": [at(80, "z")]},
]


def run(spark, ctx):
    def sessions(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        return rows.groupBy(F.session_window("t", "5 seconds"), "k").agg(
            F.count("*").alias("n"), F.sum("v").alias("s")
        )

    for each in (False, True):
        yield from ctx.steps(f"restart {each}", sessions, "append", STEPS, restart_each_step=each)
