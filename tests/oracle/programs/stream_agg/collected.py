"""What do lists, sets and texts collected over batches hold?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT, s STRUCT<x: INT>"


def row(k, v, x=None):
    return {"k": k, "v": v, "s": None if x is None else {"x": x}}


STEPS = [
    {"a": [row("a", 3, 1), row("b", None)]},
    {"a": [row("a", 1, 1)]},
    {"a": [row("a", 3), row("b", 2, 7)]},
]


def run(spark, ctx):
    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .agg(
                F.collect_list("v").alias("list"),
                F.sort_array(F.collect_set("v")).alias("set"),
                F.collect_list("s").alias("structs"),
                F.sort_array(F.collect_set("s")).alias("set of structs"),
                F.array_agg("v").alias("array"),
                F.size(F.collect_list(F.lit(1))).alias("n"),
            )
        )

    def texts(source):
        rows = source("a", SCHEMA).groupBy("k")
        return rows.agg(F.expr("listagg(CAST(v AS STRING), '-')").alias("l"))

    yield from ctx.steps("collect", build, "update", STEPS)
    yield from ctx.steps("listagg", texts, "update", STEPS)
