"""What do max_by, min_by, mode and extremes of types other than numbers give batch by batch?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT, s STRING, t TIMESTAMP, d DATE, l ARRAY<INT>"


def row(k, v, s, day=1):
    moment = f"2024-01-{day:02}"
    return {"k": k, "v": v, "s": s, "t": moment + "T10:00:00Z", "d": moment, "l": [day, v]}


STEPS = [
    {"a": [row("a", 3, "x", 5), row("b", None, "n", 2)]},
    {"a": [row("a", 9, "Y", 4)]},
    {"a": [row("a", 1, "x", 9), row("b", 2, None, 1)]},
]


def run(spark, ctx):
    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .agg(
                F.max_by("s", "v"),
                F.min_by("s", "v"),
                F.max_by("v", "t"),
                F.mode("s"),
                F.min("s"),
                F.max("s"),
                F.min("t"),
                F.max("d"),
                F.max("l"),
                F.max(F.struct("v", "s")).alias("pair"),
            )
        )

    yield from ctx.steps("update", build, "update", STEPS)
