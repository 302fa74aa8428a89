"""What do `mapInPandas` and `mapInArrow` see, give and refuse?"""

import pandas as pd
import pyarrow as pa
from pyspark.sql import functions as F


def last(call):
    try:
        return call()
    except Exception as error:
        return [type(error).__name__, error.getCondition(), str(error).strip().splitlines()[-1]]


def run(spark, ctx):
    df = spark.createDataFrame([(1, "a"), (2, None), (3, "c"), (None, "d")], "id long, s string")

    def same(parts):
        yield from parts

    yield "pandas", df.mapInPandas(same, df.schema)
    yield "schema", df.mapInPandas(same, "id long, s string").schema.simpleString()
    yield "arrow", df.mapInArrow(same, "id long, s string")
    yield (
        "filter",
        df.mapInPandas(lambda parts: (p[p.id > 1] for p in parts), "id double, s string"),
    )
    yield (
        "more",
        df.mapInPandas(lambda parts: (pd.concat([p, p])[["s"]] for p in parts), "s string")
        .groupBy("s")
        .count(),
    )
    yield (
        "by name",
        df.mapInPandas(lambda parts: (p[["s", "id"]] for p in parts), "id double, s string"),
    )
    yield "other names", last(lambda: df.mapInPandas(same, "x long, y string").collect())
    yield (
        "numbers",
        df.mapInPandas(lambda parts: (pd.DataFrame([[1, "x"]]) for _ in parts), "a long, b string"),
    )
    yield (
        "dtypes",
        df.mapInPandas(
            lambda parts: (pd.DataFrame({"t": [str(dict(p.dtypes.astype(str)))]}) for p in parts),
            "t string",
        ),
    )
    yield (
        "arrow schema",
        df.mapInArrow(
            lambda parts: (pa.RecordBatch.from_pydict({"t": [str(p.schema)]}) for p in parts),
            "t string",
        ),
    )
    yield "nothing", df.mapInPandas(lambda parts: iter(()), "a long")
    yield "empty frames", df.mapInPandas(lambda parts: (pd.DataFrame() for _ in parts), "a long")
    yield "of nothing", spark.range(0).mapInPandas(same, "id long")
    yield "then", df.mapInPandas(same, df.schema).where("id > 1").select(F.col("s").alias("t"))
    yield "twice", df.mapInArrow(same, df.schema).mapInPandas(same, df.schema).count()
    yield "limit", spark.range(0, 10, 1, 1).mapInPandas(same, "id long").limit(3)
    counts = spark.range(0, 25000, 1, 1).mapInPandas(
        lambda parts: (pd.DataFrame({"n": [len(p)]}) for p in parts), "n long"
    )
    yield "batches", ctx.ordered(counts)
    state = spark.range(0, 25000, 1, 1).mapInPandas(
        lambda parts: iter([pd.DataFrame({"n": [sum(len(p) for p in parts)]})]), "n long"
    )
    yield "all at once", state
    for label, make in [
        ("list", lambda parts: list(parts)), ("frame", lambda parts: pd.DataFrame({"id": [1]})),
        ("number", lambda parts: 5), ("of numbers", lambda parts: iter([1])),
        ("text for a number", lambda parts: (pd.DataFrame({"id": ["a"]}) for _ in parts)),
        ("too few", lambda parts: (pd.DataFrame({"x": [1]}) for _ in parts)),
        ("too many", lambda parts: (pd.DataFrame({"id": [1], "z": [2]}) for _ in parts)),
        ("raises", lambda parts: (1 / 0 for _ in parts)),
    ]:  # fmt: skip
        yield f"pandas {label}", last(lambda: df.mapInPandas(make, "id long").collect())
    for label, make in [
        ("list", lambda parts: list(parts)), ("table", lambda parts: (pa.table({"id": [1]}) for _ in parts)),
        ("number", lambda parts: 5),
        ("raises", lambda parts: (1 / 0 for _ in parts)),
    ]:  # fmt: skip
        yield f"arrow {label}", last(lambda: df.mapInArrow(make, "id long").collect())
    yield "not a struct", ctx.error(lambda: df.mapInPandas(same, "int"))
    yield "not a function", ctx.error(lambda: df.mapInPandas(5, "id long"))
    yield "not a schema", ctx.error(lambda: df.mapInPandas(same, 5))
    yield "columns", df.mapInPandas(same, "id long, s string").columns
