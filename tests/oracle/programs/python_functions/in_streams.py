"""Do functions of one's own work in streams as over tables?"""

import pandas as pd
from pyspark.sql import functions as F

SCHEMA = "id LONG, s STRING"
STEPS = [
    {"a": [{"id": 1, "s": "a"}, {"id": 2, "s": None}]},
    {"a": [{"id": 2, "s": "b"}, {"id": 2, "s": "c"}, {"id": None, "s": "d"}]},
    {"a": [{"id": 1, "s": "e"}]},
]


def run(spark, ctx):
    plus = F.udf(lambda x: None if x is None else x + 1, "long")

    @F.pandas_udf("string")
    def shout(s: pd.Series) -> pd.Series:
        return s.str.upper()

    def selected(source):
        rows = source("a", SCHEMA)
        return rows.where(plus("id") > 1).select(plus("id").alias("n"), shout("s").alias("t"))

    def counted(source):
        return source("a", SCHEMA).groupBy(plus("id").alias("k")).agg(F.count("*").alias("n"))

    def mapped(source):
        def sizes(frames):
            for frame in frames:
                yield pd.DataFrame({"n": frame.id.dropna().astype(int), "s": frame.s})

        return source("a", SCHEMA).where("id is not null").mapInPandas(sizes, "n long, s string")

    def arrowed(source):
        return source("a", SCHEMA).mapInArrow(lambda batches: batches, SCHEMA)

    def grouped(source):
        rows = source("a", SCHEMA)
        return rows.groupBy("id").applyInPandas(
            lambda key, frame: pd.DataFrame([[str(key), len(frame)]]), "k string, n long"
        )

    def joined(source):
        names = spark.createDataFrame([(2, "two"), (3, "three")], "k long, name string")
        rows = source("a", SCHEMA)
        return rows.join(names, plus(rows.id) == names.k).select("id", "name")

    for name, query, mode in [
        ("select", selected, "append"), ("count", counted, "complete"), ("map", mapped, "append"),
        ("arrow", arrowed, "append"), ("groups", grouped, "append"), ("join", joined, "append"),
        ("groups update", grouped, "update"), ("count update", counted, "update"),
    ]:  # fmt: skip
        yield from ctx.steps(name, query, mode, STEPS)
