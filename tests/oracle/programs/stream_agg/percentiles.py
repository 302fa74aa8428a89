"""What are percentiles, medians and modes of a stream, with a restart at each batch?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT, w DOUBLE"


def row(k, v, w=None):
    return {"k": k, "v": v, "w": w}


STEPS = [
    {"a": [row("a", 3, 0.5), row("b", None)]},
    {"a": [row("a", 1, 2.5), row("a", 9, 7.0)]},
    {"a": [row("a", 9), row("b", 2, 1.0), row("a", None, -1.0)]},
]


def run(spark, ctx):
    def build(source):
        return (
            source("a", SCHEMA)
            .groupBy("k")
            .agg(
                F.percentile("v", [0.25, 0.75]).alias("exact"),
                F.percentile("w", 0.5, 2).alias("weighed"),
                F.percentile_approx("v", [0.25, 0.5, 0.75], 100).alias("approx"),
                F.expr("approx_percentile(w, 0.5)").alias("approx w"),
                F.median("w").alias("median"),
                F.mode("v", True).alias("mode"),
                F.expr("mode() WITHIN GROUP (ORDER BY v DESC)").alias("last mode"),
                F.expr("percentile_cont(0.3) WITHIN GROUP (ORDER BY w DESC)").alias("cont"),
                F.expr("percentile_disc(0.3) WITHIN GROUP (ORDER BY v DESC)").alias("disc"),
            )
        )

    yield from ctx.steps("update", build, "update", STEPS, restart_each_step=True)
    yield from ctx.steps("complete", build, "complete", STEPS)
