"""createDataFrame from tuples, maps, rows, lists and scalars, with and without a schema."""

import datetime
from decimal import Decimal

from pyspark.sql import Row
from pyspark.sql.types import IntegerType, StringType, StructField, StructType


def run(spark, ctx):
    yield "names", spark.createDataFrame([(1, "x"), (2, None)], ["a", "b"])
    yield "no names", spark.createDataFrame([(1, "x")])
    yield "too few names", spark.createDataFrame([(1, "x", 2.5)], ["a"])
    yield "DDL", spark.createDataFrame([(1, "x")], "a long, b string")
    yield "old DDL", spark.createDataFrame([(1, "x")], "a: int, b: string")
    schema = StructType([StructField("a", IntegerType(), False), StructField("b", StringType())])
    yield "StructType", spark.createDataFrame([(1, "x")], schema)
    yield "lists", spark.createDataFrame([[1, "x"], [2, "y"]], ["a", "b"])
    yield "maps", spark.createDataFrame([{"b": 1, "a": "x"}, {"a": "y"}])
    yield "maps with a schema", spark.createDataFrame([{"b": 1, "a": "x"}, {}], "a string, b int")
    yield "rows", spark.createDataFrame([Row(b=1, a="x"), Row(b=2, a=None)])
    yield "scalars", spark.createDataFrame([1, 2], "int")
    yield "scalars by type", spark.createDataFrame(["x"], StringType())
    yield "nothing with a schema", spark.createDataFrame([], "a int")
    yield (
        "types",
        spark.createDataFrame(
            [
                (
                    True,
                    1,
                    1.5,
                    "s",
                    b"b",
                    datetime.date(2020, 1, 2),
                    datetime.datetime(2020, 1, 2, 3, 4, 5),
                    Decimal("1.5"),
                )
            ]
        ),
    )
    yield (
        "nested",
        spark.createDataFrame([([1, 2], {"k": 1.5}, Row(x=1, y=[Row(z="t")]), (1, "t"))]),
    )
    yield "first is null", spark.createDataFrame([(None, 1), ("x", None)], ["a", "b"])
    yield "interval", spark.createDataFrame([(datetime.timedelta(days=1, seconds=5),)], ["i"])
