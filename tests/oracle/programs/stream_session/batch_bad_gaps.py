"""Which texts for a gap does session_window take, and which error do the others give?"""

from pyspark.sql import functions as F

GAPS = [
    "5 seconds",
    "5 second",
    "5s",
    "5",
    "",
    "seconds",
    "0 seconds",
    "-5 seconds",
    "-1 minute 61 seconds",
    "1 month",
    "1 year",
    "1 day",
    "1 week",
    "1 hour 30 minutes",
    "INTERVAL 5 SECONDS",
    "interval '5' second",
    "5 Seconds",
    " 5 seconds ",
    "1.5 seconds",
    "100 milliseconds",
    "1 microsecond",
    "five seconds",
    "5 parsecs",
]


def run(spark, ctx):
    df = spark.createDataFrame(
        [("2024-01-01 00:00:00", 1), ("2024-01-01 00:00:04", 2)], "t STRING, v INT"
    )
    df = df.withColumn("t", F.col("t").cast("timestamp"))
    for gap in GAPS:
        yield (
            repr(gap),
            ctx.outcome(
                lambda gap=gap: sorted(
                    str(r)
                    for r in df.groupBy(F.session_window("t", gap))
                    .agg(F.sum("v").alias("v"))
                    .collect()
                )
            ),
        )
    for gap in (None, 5, 1.5, True, ["5 seconds"]):
        yield (
            f"python {gap!r}",
            ctx.error(lambda gap=gap: df.groupBy(F.session_window("t", gap)).count().collect()),
        )
    for time in (1, None, F.lit(1), F.lit(None), "v", "missing"):
        yield (
            f"time {time if not hasattr(time, '_jc') else str(time)!r}",
            ctx.outcome(
                lambda time=time: sorted(
                    str(r)
                    for r in df.groupBy(F.session_window(time, "5 seconds"))
                    .agg(F.sum("v").alias("v"))
                    .collect()
                )
            ),
        )
