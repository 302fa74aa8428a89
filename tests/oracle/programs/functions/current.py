"""What the current time is cannot be recorded; its type, name and steadiness can."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.range(2).select(F.current_timestamp(), F.current_date(), F.now())
    yield "schema", df.schema.jsonValue()
    yield "same in every row", len({tuple(row) for row in df.collect()})
    yield "same twice in a row", df.select(F.col("now()") == F.current_timestamp()).first()[0]
    yield (
        "moves on",
        spark.sql("SELECT current_timestamp() > timestamp'2024-01-01 00:00:00' AS later").first()[
            0
        ],
    )
    yield (
        "without parentheses",
        spark.sql("SELECT current_date = current_date() AS same").first()[0],
    )
    yield (
        "monotonic ids",
        spark.range(3).coalesce(1).select(F.monotonically_increasing_id().alias("i")),
    )
    yield "rand is seeded", spark.range(1).select(F.rand(5) == F.rand(5)).first()[0]
