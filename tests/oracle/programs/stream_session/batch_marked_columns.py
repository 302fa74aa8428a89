"""Which groupings by a column that holds sessions merge them, and which columns come out?"""

from pyspark.sql import functions as F

ROWS = [
    ("2024-01-01 00:00:00", "a", 1),
    ("2024-01-01 00:00:04", "a", 2),
    ("2024-01-01 00:00:06", "b", 2),
    (None, "b", 3),
]
GAPS = [
    "1.5",
    "1.5D",
    "1L",
    "1S",
    "1Y",
    "1F",
    "true",
    "X'00'",
    "date'2024-01-01'",
    "timestamp_ntz'2024-01-01'",
    "current_timestamp()",
    "array(1)",
    "map(1, 2)",
    "named_struct('k', 'x')",
    "INTERVAL 1 YEAR",
    "INTERVAL 1 DAY",
    "cast('5 seconds' AS INTERVAL)",
    "cast(null AS STRING)",
    "null",
    "'-1 month 40 days'",
]


def run(spark, ctx):
    df = spark.createDataFrame(ROWS, "t STRING, k STRING, v INT").withColumn(
        "t", F.col("t").cast("timestamp")
    )
    session = F.session_window("t", "5 seconds")
    yield "distinct", df.select(session).distinct()
    yield "distinct with a key", df.select(session, "k").distinct()
    yield "dropDuplicates", df.select(session, "k", "v").dropDuplicates(["session_window", "k"])
    yield "by a selected one", df.select(session, "v").groupBy("session_window").count()
    yield "by an alias", df.select(session.alias("s"), "v").groupBy("s").count()
    sessions = df.groupBy(session, "k").count()
    yield "again", sessions.groupBy("session_window").agg(F.sum("count").alias("n"))
    yield "again, renamed", sessions.groupBy(F.col("session_window").alias("q")).count()
    held = F.when(F.col("v") > 1, session)
    yield "an expression", df.select(held.alias("s"), "v").groupBy("s").count()
    yield "keys only", df.groupBy(session, "k").agg(F.lit(1).alias("one")).drop("one")
    ordered = [F.collect_list("v").alias("l"), F.first("v").alias("f"), F.last("v").alias("z")]
    yield "in order", df.groupBy(session).agg(*ordered)
    yield "where", df.where(session.end > "2024-01-01 00:00:06").select("v", "session_window")
    yield "where a window", df.where(F.window("t", "5 seconds").start > "2024-01-01 00:00:03")
    yield (
        "where a sliding window",
        df.where(F.window("t", "10 seconds", "5 seconds").start > "2024-01-01 00:00:03"),
    )
    yield "order by a session", df.orderBy(session.desc())
    yield "order by a window", df.orderBy(F.window("t", "2 seconds").desc())
    yield (
        "a session and a window",
        ctx.error(lambda: df.select(session, F.window("t", "5 seconds")).collect()),
    )
    for gap in GAPS:
        yield (
            gap,
            ctx.outcome(
                lambda gap=gap: sorted(
                    str(row)
                    for row in df.groupBy(F.session_window("t", F.expr(gap))).count().collect()
                )
            ),
        )
