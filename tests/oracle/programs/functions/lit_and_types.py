"""lit of every Python value, typeof, and array and map literals."""

import datetime
from decimal import Decimal

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.range(1)
    values = [
        1,
        2**31,
        -(2**31),
        2**63 - 1,
        1.5,
        float("nan"),
        "text",
        True,
        None,
        b"\x00\x01",
        Decimal("1.50"),
        Decimal("100"),
        datetime.date(2016, 7, 26),
        datetime.datetime(2016, 7, 26, 2, 45, 7),
        datetime.timedelta(hours=1, seconds=1),
        [1, 2],
        ["a"],
        [],
        [[1], [2]],
        datetime.datetime(2016, 7, 26, 2, tzinfo=datetime.timezone.utc),
    ]
    for number, value in enumerate(values):
        yield f"{number}: {value!r}", df.select(F.lit(value))
    yield "column stays", str(F.lit(F.col("a")))
    yield (
        "typeof",
        spark.sql(
            "SELECT typeof(1), typeof(1L), typeof(1.5), typeof(1.5D), typeof('a'), typeof(null), typeof(array(1)), typeof(1e3), typeof(1S), typeof(2147483648), typeof(1BD), typeof(1.5F)"
        ),
    )
    yield (
        "map from pairs",
        df.select(
            F.create_map(F.lit("a"), F.lit(1)).alias("m"), F.array(F.lit(1), F.lit(2.5)).alias("l")
        ),
    )
    yield "object", ctx.error(lambda: F.lit(object()))
