"""What does listagg of a stream hold batch by batch, with a restart at each?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT, s STRING"


def row(k, v, s):
    return {"k": k, "v": v, "s": s}


STEPS = [
    {"a": [row("a", 3, "x"), row("b", 1, None)]},
    {"a": [row("a", 1, "y"), row("c", None, "")]},
    {"a": [row("a", 2, "x"), row("b", 2, "z"), row("a", None, None)]},
]


def run(spark, ctx):
    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .agg(
                F.listagg("s", ",").alias("all"),
                F.string_agg("s").alias("bare"),
                F.expr("listagg(s, '-') WITHIN GROUP (ORDER BY v DESC, s)").alias("by v"),
                F.expr("listagg(s, '-') WITHIN GROUP (ORDER BY s)").alias("by s"),
                F.expr("listagg(s, '-') FILTER (WHERE v > 1)").alias("filtered"),
            )
        )

    yield from ctx.steps("update", build, "update", STEPS, restart_each_step=True)
    yield from ctx.steps("complete", build, "complete", STEPS)

    def distinct(source):
        return source("a", SCHEMA).groupBy("k").agg(F.listagg_distinct("s", ","))

    yield from ctx.steps("distinct", distinct, "update", STEPS[:1])
