"""What do the statistical aggregates give batch by batch in update mode?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, x DOUBLE, y DOUBLE"


def row(k, x, y):
    return {"k": k, "x": x, "y": y}


STEPS = [
    {"a": [row("a", 1.0, 2.0), row("b", None, 1.0)]},
    {"a": [row("a", 3.0, 1.5)]},
    {"a": [row("a", 8.0, 9.0), row("b", 2.0, 5.0), row("a", None, 1.0)]},
]
ONE = ("stddev", "stddev_pop", "variance", "var_pop", "skewness", "kurtosis")
TWO = ("corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept", "regr_r2", "regr_count")


def run(spark, ctx):
    def build(source):
        values = [F.round(getattr(F, name)("x"), 6).alias(name) for name in ONE]
        values += [F.round(getattr(F, name)("y", "x"), 6).alias(name) for name in TWO]
        return source("a", SCHEMA).groupBy("k").agg(*values)

    yield from ctx.steps("update", build, "update", STEPS)
