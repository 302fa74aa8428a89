"""What do the common aggregates give batch by batch in update mode, with nulls among the rows?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT, d DOUBLE, p DECIMAL(10,2)"


def row(k, v, d=None, p=None):
    return {"k": k, "v": v, "d": d, "p": p}


STEPS = [
    {"a": [row("a", 1, 0.5, 1.25), row("b", None)]},
    {"a": [row("a", None, 1.5, 2.50), row("c", -4, -0.25, -0.01)]},
    {"a": [row("a", 7), row("b", 2, 4.0, 99999999.99)]},
]


def run(spark, ctx):
    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .agg(
                F.count("*"),
                F.count("v"),
                F.expr("count(v, d)"),
                F.sum("v"),
                F.sum("d"),
                F.sum("p"),
                F.avg("v"),
                F.avg("p"),
                F.min("v"),
                F.max("d"),
                F.min("p"),
                F.product("v"),
                F.try_sum("v"),
                F.try_avg("v"),
            )
        )

    yield from ctx.steps("update", build, "update", STEPS, restart_each_step=True)

    with ctx.script(build) as script:
        yield "types", build(script.source).schema.simpleString()
