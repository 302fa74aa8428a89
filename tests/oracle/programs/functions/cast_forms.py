"""cast in SQL and in calls, try_cast, nested casts, cast errors in full."""

from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType, LongType


def run(spark, ctx):
    df = spark.createDataFrame(
        [("1", 1.9, True), ("x", None, False)], "s string, d double, b boolean"
    )
    yield (
        "calls",
        df.select(
            F.col("d").cast("int"),
            df.b.cast(LongType()),
            df.d.cast(DecimalType(5, 1)),
            df.d.astype("string"),
        ),
    )
    yield "try_cast", df.select(df.s.try_cast("int").alias("i"))
    yield (
        "SQL",
        spark.sql(
            "SELECT '5'::int AS a, int('6') AS b, try_cast('x' AS double) AS c, cast(1 AS decimal(3,2)) AS d"
        ),
    )
    yield "malformed", ctx.error(lambda: df.select(df.s.cast("int")).collect())
    yield "too large", ctx.error(lambda: spark.sql("SELECT cast(3000000000L AS int)").collect())
    yield (
        "decimal too large",
        ctx.error(lambda: spark.sql("SELECT cast(123.4 AS decimal(3,1))").collect()),
    )
    yield "no such cast", ctx.error(lambda: spark.sql("SELECT cast(array(1) AS int)"))
    yield "date to int", ctx.error(lambda: spark.sql("SELECT cast(date'2016-01-01' AS int)"))
    yield "unknown type", ctx.error(lambda: df.select(df.s.cast("no_such_type")))
    yield "not a type", ctx.error(lambda: df.s.cast(5))
    yield (
        "nested",
        spark.sql(
            "SELECT cast(array(1, null) AS array<string>) AS a, cast(struct(1, 'x') AS struct<p:string,q:string>) AS s, "
            "cast(map('a', 1) AS map<string,double>) AS m"
        ),
    )
    yield (
        "timestamp and numbers",
        spark.sql(
            "SELECT cast(timestamp_millis(1500) AS double) AS d, cast(timestamp_millis(-1500) AS bigint) AS l, cast(1.5D AS timestamp) AS t"
        ),
    )
