"""How do aggregates of one's own (pandas and Arrow) work over groups and windows?"""

from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Window
from pyspark.sql import functions as F


def last(call):
    try:
        return call()
    except Exception as error:
        return [type(error).__name__, error.getCondition(), str(error).strip().splitlines()[-1]]


def run(spark, ctx):
    df = spark.createDataFrame(
        [
            (1, 1.0, "a"),
            (1, 2.0, "b"),
            (2, 3.0, None),
            (2, 5.0, "c"),
            (2, None, "d"),
            (None, 4.0, "e"),
        ],
        "id long, v double, s string",
    )

    @F.pandas_udf("double")
    def mean(v: pd.Series) -> float:
        return v.mean()

    @F.pandas_udf("string")
    def joined(s: pd.Series, v: pd.Series) -> str:
        return "|".join(str(x) for x in s) + f" {v.dtype} {len(v)}"

    @F.pandas_udf("double")
    def summed(vs: Iterator[pd.Series]) -> float:
        return float(sum(v.sum() for v in vs))

    @F.arrow_udf("double")
    def largest(v: pa.Array) -> float:
        return pc.max(v).as_py()

    @F.pandas_udf("array<double>")
    def sorted_list(v: pd.Series) -> list:
        return sorted(v.dropna())

    yield (
        "schema",
        df.groupBy("id").agg(mean("v"), joined("s", "v").alias("j")).schema.simpleString(),
    )
    yield "group", df.groupBy("id").agg(mean("v"), joined("s", "v").alias("j"))
    yield "iterator", df.groupBy("id").agg(summed("v"))
    yield "arrow", df.groupBy("id").agg(largest("v"))
    yield "list", df.groupBy("id").agg(sorted_list("v"))
    yield "expression", df.groupBy((df.id % 2).alias("k")).agg((mean(df.v * 2) + 1).alias("m"))
    yield "all", df.agg(mean("v"), joined("s", "v"))
    yield "select", df.select(mean("v"))
    yield "empty", df.where("id > 5").agg(mean("v"))
    yield "empty groups", df.where("id > 5").groupBy("id").agg(mean("v"))
    yield "filtered", df.groupBy("id").agg(mean("v").alias("m")).where("m > 1.5")
    yield "two keys", df.groupBy("id", "s").agg(mean("v")).count()
    yield "mixed", last(lambda: df.groupBy("id").agg(mean("v"), F.sum("v")).collect())
    yield "where", last(lambda: df.where(mean("v") > 1).collect())[:2]
    over = Window.partitionBy("id")
    yield "window", df.withColumn("m", mean("v").over(over))
    yield "window name", df.select(mean("v").over(over)).columns
    ordered = over.orderBy("v")
    yield "growing", df.withColumn("m", mean("v").over(ordered))
    yield "moving", df.withColumn("m", mean("v").over(ordered.rowsBetween(-1, 0)))
    yield "two windows", df.select("id", mean("v").over(over), largest("v").over(over))
    yield "with built in", df.select("id", mean("v").over(over), F.count("*").over(over))
    yield "arrow moving", df.withColumn("m", largest("v").over(ordered.rowsBetween(0, 1)))
    bad = F.pandas_udf(lambda v: 1 / 0, "double", F.PandasUDFType.GROUPED_AGG)
    yield "raises", last(lambda: df.groupBy("id").agg(bad("v")).collect())
