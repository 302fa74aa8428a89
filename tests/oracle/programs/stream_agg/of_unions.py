"""What does an aggregation of a union of streams give, with one side, both and itself?"""

from pyspark.sql import functions as F


def row(k, v):
    return {"k": k, "v": v}


STEPS = [{"a": [row("a", 1)], "b": [{"k": "a", "w": 10}]}, {"b": [{"k": "b", "w": 20}]}]


def run(spark, ctx):
    def both(source):
        other = source("b", "k STRING, w INT").toDF("k", "v")
        rows = source("a", "k STRING, v INT").union(other)
        return rows.groupBy("k").agg(F.sum("v"), F.count("*"))

    def missing(source):
        rows = source("a", "k STRING, v INT")
        rows = rows.unionByName(source("b", "k STRING, w INT"), allowMissingColumns=True)
        return rows.groupBy("k").agg(F.sum("v"), F.sum("w"))

    def itself(source):
        rows = source("a", "k STRING, v INT")
        return rows.union(rows.select("k", -F.col("v"))).groupBy("k").agg(F.sum("v"), F.count("*"))

    yield from ctx.steps("both", both, "update", STEPS)
    yield from ctx.steps("missing columns", missing, "update", STEPS)
    yield from ctx.steps("itself", itself, "update", [{"a": [row("a", 1)]}])
