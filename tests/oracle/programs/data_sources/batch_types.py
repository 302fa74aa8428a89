"""Which values of Python become which types in a Python data source?"""

import datetime
import decimal

from pyspark.sql.datasource import DataSource, DataSourceReader

TYPES = "b boolean, i int, l long, d double, c decimal(10,2), x binary, t timestamp, n timestamp_ntz, e date, a array<int>, m map<string,int>, s struct<p:int,q:string>"


def run(spark, ctx):
    class Typed(DataSource):
        def schema(self):
            return TYPES

        def reader(self, schema):
            return TypedReader()

    class TypedReader(DataSourceReader):
        def read(self, partition):
            moment = datetime.datetime(2024, 5, 6, 7, 8, 9, 10)
            yield (
                True,
                1,
                2**40,
                1.5,
                decimal.Decimal("12.34"),
                b"bytes",
                moment,
                moment,
                moment.date(),
                [1, None],
                {"k": 1},
                (1, "q"),
            )
            yield (None,) * 12

    class One(DataSource):
        def schema(self):
            return self.options["type"]

        def reader(self, schema):
            return OneReader(self.options["value"])

    class OneReader(DataSourceReader):
        def __init__(self, value):
            self.value = value

        def read(self, partition):
            yield (eval(self.value),)

    spark.dataSource.register(Typed)
    spark.dataSource.register(One)
    yield "types", spark.read.format("Typed").load()
    for kind, value in [
        ("string", "5"),
        ("string", "True"),
        ("string", "[1, 2]"),
        ("double", "1"),
    ]:
        yield (
            f"{value} as {kind}",
            ctx.outcome(
                lambda kind=kind, value=value: (
                    spark.read.format("One").options(type=f"v {kind}", value=value).load().collect()
                )
            ),
        )
