"""A window over a date, a text, a time without a zone, and over what is no time at all."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.sql(
        "SELECT date'2016-07-26' AS d, '2016-07-26 02:45:07' AS s, "
        "timestamp_ntz'2016-07-26 02:45:07' AS n, 1469501107 AS i, 1.5D AS x"
    )
    for name in ["d", "s", "n"]:
        yield f"column {name}", df.select(F.window(name, "1 hour").alias("w"))
    for name in ["i", "x"]:
        yield f"column {name}", ctx.error(lambda name=name: df.select(F.window(name, "1 hour")))
    yield (
        "text that is no time",
        ctx.error(lambda: spark.sql("SELECT window('x', '1 hour') AS w").collect()),
    )
