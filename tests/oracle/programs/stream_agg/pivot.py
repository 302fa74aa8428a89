"""What does a pivot with given values of a stream give, where it is allowed?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, p STRING, v INT"


def row(k, p, v):
    return {"k": k, "p": p, "v": v}


STEPS = [{"a": [row("a", "x", 1), row("b", "z", 2)]}, {"a": [row("a", "y", 3), row("a", "x", 4)]}]


def run(spark, ctx):
    def one(source):
        return source("a", SCHEMA).groupBy("k").pivot("p", ["x", "y"]).sum("v")

    def two(source):
        rows = source("a", SCHEMA).groupBy("k").pivot("p", ["x", "y"])
        return rows.agg(F.sum("v").alias("s"), F.max("v").alias("m"))

    def cases(source):
        rows = source("a", SCHEMA).groupBy("k")
        return rows.agg(*(F.sum(F.when(F.col("p") == p, F.col("v"))).alias(p) for p in "xy"))

    for build in (one, two, cases):
        for mode in ("update", "complete"):
            yield from ctx.steps(f"{build.__name__}, {mode}", build, mode, STEPS)
