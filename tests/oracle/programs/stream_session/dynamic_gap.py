"""What do gaps by row give in a stream, also null, zero and negative ones?"""

from pyspark.sql import functions as F

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    clock = None if second is None else f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
    return {"t": clock, "k": k, "v": v}


STEPS = [
    {
        "a": [
            at(1, "a", 5),
            at(5, "a", 20),
            at(30, "a", 1),
            at(1, "zero", 0),
            at(2, "minus", -5),
            at(3, "none", None),
        ]
    },
    {"a": [at(24, "a", 3), at(31, "zero", 10), at(31, "minus", 10), at(31, "none", 10)]},
    {"a": [at(90, "z", 1)]},
    {"a": [at(91, "z", 0), at(75, "late", 4), at(75, "late", 5), at(75, "late", 10)]},
    {"a": [at(150, "z", 1)]},
]


def run(spark, ctx):
    def sessions(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        gap = F.expr("make_interval(0, 0, 0, 0, 0, 0, v)")
        return rows.groupBy(F.session_window("t", gap), "k").agg(F.count("*").alias("n"))

    yield from ctx.steps("interval", sessions, "append", STEPS)

    def by_kind(source):
        rows = source("a", SCHEMA).withWatermark("t", "10 seconds")
        gap = F.when(F.col("k") == "a", "20 seconds").otherwise("5 seconds")
        return rows.groupBy(F.session_window("t", gap), "k").agg(F.count("*").alias("n"))

    yield from ctx.steps("text", by_kind, "append", STEPS)
