"""What does a window over the sessions' time give, and a session over windows?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {"a": [at(1), at(4, v=2), at(20, "b", 3)]},
    {"a": [at(30, v=4)]},
    {"a": [at(80, "z")]},
    {"a": [at(150, "y")]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def sessions(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        held = rows.groupBy(F.session_window("t", "5 seconds"), "k").agg(F.sum("v").alias("v"))
        return held.groupBy(F.window("session_window", "30 seconds")).agg(F.sum("v").alias("v"))

    yield from ctx.steps("window over sessions", sessions, "append", STEPS)

    def windows(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        held = rows.groupBy(F.window("t", "5 seconds"), "k").agg(F.sum("v").alias("v"))
        return held.groupBy(F.session_window("window", "10 seconds"), "k").agg(
            F.sum("v").alias("v")
        )

    yield from ctx.steps("session over windows", windows, "append", STEPS)
