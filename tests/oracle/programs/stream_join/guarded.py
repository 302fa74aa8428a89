"""A join of two streams whose condition guards a part that may fail, and one that guards nothing."""

from pyspark.sql.functions import expr

SCHEMA = "t TIMESTAMP, k STRING, v INT"


def at(second, k="a", v=1):
    return {"t": f"2024-01-01T00:00:{second:02}Z", "k": k, "v": v}


STEPS = [
    {"a": [at(1, v=0), at(2, v=2)], "b": [at(1, v=10), at(2, v=3)]},
    {"a": [at(3, v=None)], "b": [at(4, v=20)]},
    {"a": [at(5, v=4)]},
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")

    def joined(source, condition, how="inner"):
        left = source("a", SCHEMA).selectExpr("k", "v as x").alias("l")
        right = source("b", SCHEMA).selectExpr("k", "v as y").alias("r")
        return left.join(right, expr(f"l.k = r.k and {condition}"), how)

    for name, condition in {
        "guard": "x <> 0 and y div x > 2",
        "guard of one side": "x <> 0 and 10 div x > 2",
        "or": "(x = 0 or y div x > 2)",
        "null before": "x <> 0 and x + y div x > 2",
        "nested": "(x <> 0 and (y > 5 or y % x = 1))",
    }.items():
        yield from ctx.steps(name, lambda s, c=condition: joined(s, c), "append", STEPS)
