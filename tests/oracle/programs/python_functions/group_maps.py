"""What do `applyInPandas`, `applyInArrow` and `cogroup` see, give and refuse?"""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F


def last(call):
    try:
        return call()
    except Exception as error:
        return [type(error).__name__, error.getCondition(), str(error).strip().splitlines()[-1]]


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, "a", 1.0), (1, "b", 2.0), (2, "c", 3.0), (2, None, 5.0), (None, "n", 7.0)],
        "id long, s string, v double",
    )

    def centred(frame):
        return frame.assign(v=frame.v - frame.v.mean())

    yield "frame", df.groupBy("id").applyInPandas(centred, df.schema)
    yield (
        "schema",
        df.groupBy("id")
        .applyInPandas(centred, "id long, s string, v double")
        .schema.simpleString(),
    )
    yield (
        "keyed",
        df.groupBy("id").applyInPandas(
            lambda key, f: pd.DataFrame([[str(key), len(f)]]), "k string, n long"
        ),
    )
    yield (
        "two keys",
        df.groupBy("id", "s").applyInPandas(
            lambda key, f: pd.DataFrame([[repr(key), len(f)]]), "k string, n long"
        ),
    )
    yield (
        "expression",
        df.groupBy((df.id % 2).alias("odd")).applyInPandas(
            lambda key, f: pd.DataFrame([[repr(key), str(list(f.columns))]]), "k string, n string"
        ),
    )
    yield "all", df.groupBy().applyInPandas(lambda f: pd.DataFrame({"n": [len(f)]}), "n long")
    yield (
        "dtypes",
        df.groupBy("id").applyInPandas(
            lambda f: pd.DataFrame({"t": [str(dict(f.dtypes.astype(str)))], "i": [list(f.index)]}),
            "t string, i array<long>",
        ),
    )
    yield "none", df.where("id > 9").groupBy("id").applyInPandas(centred, df.schema)
    yield "empty", df.groupBy("id").applyInPandas(lambda f: f[f.v > 100], df.schema)
    yield "empty frame", df.groupBy("id").applyInPandas(lambda f: pd.DataFrame(), df.schema)
    yield (
        "no names",
        df.groupBy("id").applyInPandas(lambda f: pd.DataFrame([[1, 2]]), "a long, b double"),
    )
    yield "then", df.groupBy("id").applyInPandas(centred, df.schema).groupBy("id").agg(F.sum("v"))
    yield (
        "floats",
        spark.createDataFrame(
            [(0.0,), (-0.0,), (float("nan"),), (float("nan"),), (None,)], "k double"
        )
        .groupBy("k")
        .applyInPandas(lambda f: pd.DataFrame({"n": [len(f)]}), "n long"),
    )

    def parts(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            yield frame[["id", "v"]]

    def keyed_parts(key: tuple, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        yield pd.DataFrame({"k": [str(key)], "n": [sum(len(f) for f in frames)]})

    yield "iterator", df.groupBy("id").applyInPandas(parts, "id double, v double")
    yield "keyed iterator", df.groupBy("id").applyInPandas(keyed_parts, "k string, n long")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "1")
    sizes = df.groupBy("id").applyInPandas(parts, "id double, v double")
    yield "small batches", sizes
    spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")
    for label, make in [
        ("number", lambda f: 5), ("names", lambda f: pd.DataFrame({"x": [1]})),
        ("width", lambda f: pd.DataFrame([[1]])), ("type", lambda f: f.assign(id="x")),
        ("raises", lambda f: 1 / 0),
    ]:  # fmt: skip
        yield (
            f"pandas {label}",
            last(lambda: df.groupBy("id").applyInPandas(make, "id long, v double").collect()),
        )
    yield (
        "three arguments",
        ctx.error(lambda: df.groupBy("id").applyInPandas(lambda a, b, c: a, "x int")),
    )
    yield "not a struct", ctx.error(lambda: df.groupBy("id").applyInPandas(centred, "int"))

    def table(t):
        return t.set_column(2, "v", pc.multiply(t["v"], 2))

    yield "arrow", df.groupBy("id").applyInArrow(table, df.schema)
    yield (
        "arrow keyed",
        df.groupBy("id").applyInArrow(
            lambda key, t: pa.table({"k": [str(key[0].as_py())], "n": [t.num_rows]}),
            "k string, n long",
        ),
    )

    def batches(parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for part in parts:
            yield part.select(["id"])

    yield "arrow iterator", df.groupBy("id").applyInArrow(batches, "id long")
    for label, make in [
        ("number", lambda t: 5), ("names", lambda t: pa.table({"x": [1]})),
        ("type", lambda t: pa.table({"id": ["1"]})),
    ]:  # fmt: skip
        yield (
            f"arrow {label}",
            last(lambda: df.groupBy("id").applyInArrow(make, "id long").collect()),
        )
    other = spark.createDataFrame([(1, 10), (3, 30), (3, 31)], "id long, w long")
    pairs = df.groupBy("id").cogroup(other.groupBy("id"))
    sizes = "k string, l long, r long"
    yield (
        "cogroup",
        pairs.applyInPandas(lambda key, l, r: pd.DataFrame([[str(key), len(l), len(r)]]), sizes),
    )
    yield (
        "cogroup frames",
        pairs.applyInPandas(
            lambda l, r: pd.DataFrame([["", l.v.sum(), r.w.sum()]]), "k string, l double, r double"
        ),
    )
    yield (
        "cogroup merge",
        pairs.applyInPandas(
            lambda l, r: pd.merge(l, r, on="id")[["id", "s", "w"]], "id long, s string, w long"
        ),
    )
    yield (
        "cogroup arrow",
        pairs.applyInArrow(
            lambda key, l, r: pa.table(
                {"k": [str(key[0].as_py())], "l": [l.num_rows], "r": [r.num_rows]}
            ),
            sizes,
        ),
    )
    yield "cogroup arguments", ctx.error(lambda: pairs.applyInPandas(lambda l: l, sizes))
    yield (
        "cogroup names",
        last(lambda: pairs.applyInPandas(lambda l, r: pd.DataFrame({"x": [1]}), sizes).collect()),
    )
