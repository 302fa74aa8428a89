"""Can a stream be aggregated by functions of the user's own, and by several kinds at once?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    import pandas as pd

    @F.pandas_udf("double")
    def mean(values: pd.Series) -> float:
        return float(values.mean())

    plus = F.udf(lambda value: value + 1, "int")
    (ctx.tmp_path / "in").mkdir()
    rows = spark.readStream.schema("k STRING, v INT").json(ctx.path("in"))
    frames = {
        "pandas aggregate": rows.groupBy("k").agg(mean("v")),
        "applyInPandas": rows.groupBy("k").applyInPandas(lambda frame: frame, "k STRING, v INT"),
        "applyInArrow": rows.groupBy("k").applyInArrow(lambda table: table, "k STRING, v INT"),
        "cogroup": (
            rows.groupBy("k")
            .cogroup(rows.groupBy("k"))
            .applyInPandas(lambda one, other: one, "k STRING, v INT")
        ),
        "udf of a sum": rows.groupBy("k").agg(plus(F.sum("v").cast("int"))),
        "sum of a udf": rows.groupBy("k").agg(F.sum(plus("v"))),
        "udf as key": rows.groupBy(plus("v")).count(),
    }

    def start(df, mode):
        with ctx.running(df, "t", mode):
            return "starts"

    for name, df in frames.items():
        for mode in ("append", "update", "complete"):
            yield (
                f"{name}, {mode}",
                ctx.outcome(lambda df=df, mode=mode: start(df, mode)),
            )
    mixed = rows.groupBy("k")
    yield "mixed", ctx.outcome(lambda: start(mixed.agg(mean("v"), F.sum("v")), "update"))
