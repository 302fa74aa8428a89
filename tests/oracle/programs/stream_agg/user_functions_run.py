"""What do functions of the user's own give over groups of a stream: per batch, or an error?"""

from pyspark.sql import functions as F

SCHEMA = "k STRING, v INT"
STEPS = [[{"k": "a", "v": 1}, {"k": "b", "v": 5}], [{"k": "a", "v": 2}]]


def run(spark, ctx):
    import pandas as pd

    @F.pandas_udf("double")
    def mean(values: pd.Series) -> float:
        return float(values.mean())

    def total(frame):
        return pd.DataFrame({"k": [frame["k"].iloc[0]], "v": [int(frame["v"].sum())]})

    def aggregate(source):
        return source("a", SCHEMA).groupBy("k").agg(mean("v"))

    def frames(source):
        return source("a", SCHEMA).groupBy("k").applyInPandas(total, SCHEMA)

    for build, mode in ((aggregate, "update"), (frames, "append")):
        with ctx.script(build, mode) as script:
            for number, rows in enumerate(STEPS):

                def step(script=script, rows=rows):
                    return [batch["rows"] for batch in script.step(a=rows)]

                yield f"{build.__name__} {number}", ctx.outcome(step)
                if not script.start().isActive:
                    break
