"""What do window_time and a window over sessions give in a batch query?"""

from pyspark.sql import functions as F

ROWS = [("2024-01-01 00:00:00", 1), ("2024-01-01 00:00:04", 2), ("2024-01-01 00:00:30", 3)]


def run(spark, ctx):
    df = spark.createDataFrame(ROWS, "t STRING, v INT").withColumn(
        "t", F.col("t").cast("timestamp")
    )
    sessions = df.groupBy(F.session_window("t", "5 seconds")).agg(F.sum("v").alias("v"))
    yield (
        "window_time",
        ctx.outcome(
            lambda: [
                str(r)
                for r in sessions.orderBy("session_window")
                .select(F.window_time("session_window"), "v")
                .collect()
            ]
        ),
    )
    yield (
        "window of a session",
        ctx.outcome(
            lambda: [
                str(r)
                for r in sessions.groupBy(F.window("session_window", "1 minute")).sum("v").collect()
            ]
        ),
    )
    yield (
        "session of a session",
        ctx.outcome(
            lambda: [
                str(r)
                for r in sessions.groupBy(F.session_window("session_window", "1 minute"))
                .sum("v")
                .collect()
            ]
        ),
    )
    yield (
        "session of an end",
        sessions.groupBy(F.session_window("session_window.end", "1 minute")).agg(
            F.sum("v").alias("v")
        ),
    )
    windows = df.groupBy(F.window("t", "10 seconds")).agg(F.sum("v").alias("v"))
    yield (
        "session of a window",
        ctx.outcome(
            lambda: [
                str(r)
                for r in windows.groupBy(F.session_window("window", "1 minute")).sum("v").collect()
            ]
        ),
    )
