"""Which values of other types meet each other in a join of streams?"""

from pyspark.sql import functions as F

SCHEMA = "x DOUBLE, d DECIMAL(6,2), l ARRAY<INT>, p STRUCT<a: INT, b: STRING>, s STRING, n BIGINT"
STEPS = [
    {
        "l": [
            {"x": 0.0, "d": 1, "l": [1, 2], "p": {"a": 1, "b": None}, "s": "a", "n": 1},
            {"x": None, "d": None, "l": None, "p": None, "s": None, "n": None},
        ]
    },
    {
        "r": [
            {"x": -0.0, "d": 1.0, "l": [1, 2], "p": {"a": 1, "b": None}, "s": "a", "n": 1},
            {"x": None, "d": None, "l": None, "p": None, "s": None, "n": None},
        ]
    },
]


def run(spark, ctx):
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    conditions = [f"x.{column} = y.{column}" for column in ("x", "d", "l", "p")]
    conditions += [
        "x.s <=> y.s",
        "x.n = y.x + 1",
        "x.d = y.n",
        "upper(x.s) = upper(y.s)",
        "x.n = y.n AND x.s <=> y.s",
    ]
    for condition in conditions:

        def joined(source, condition=condition):
            pair = (
                source("l", SCHEMA)
                .alias("x")
                .join(source("r", SCHEMA).alias("y"), F.expr(condition))
            )
            return pair.select("x.s", "y.s", "x.n", "y.x")

        yield from ctx.steps(condition, joined, "append", STEPS)
