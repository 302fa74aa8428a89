"""Which types may the time of session_window have?"""

from pyspark.sql import functions as F

TIMES = [
    "timestamp'2024-01-01 00:00:00'",
    "timestamp_ntz'2024-01-01 00:00:00'",
    "date'2024-01-01'",
    "'2024-01-01 00:00:00'",
    "1704067200",
    "1704067200.5D",
    "cast(null as timestamp)",
    "null",
]


def run(spark, ctx):
    for time in TIMES:
        df = spark.sql(f"SELECT {time} AS t, 1 AS v")
        yield (
            time,
            ctx.outcome(
                lambda df=df: [
                    df.groupBy(F.session_window("t", "5 seconds")).count().schema.jsonValue(),
                    [
                        str(r)
                        for r in df.groupBy(F.session_window("t", "5 seconds")).count().collect()
                    ],
                ]
            ),
        )
    spark.conf.set("spark.sql.session.timeZone", "Europe/Berlin")
    df = spark.sql(
        "SELECT timestamp'2024-03-31 01:59:58' AS t, 1 AS v UNION ALL SELECT timestamp'2024-03-31 03:00:01', 2"
    )
    yield (
        "over the change of the clock",
        df.groupBy(F.session_window("t", "5 seconds")).agg(F.sum("v").alias("v")),
    )
    yield "a day's gap", df.groupBy(F.session_window("t", "1 day")).agg(F.sum("v").alias("v"))
