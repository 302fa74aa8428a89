"""How does session_window split rows into sessions in a batch query, and what does its result look like?"""

from pyspark.sql import functions as F

ROWS = [
    ("2024-01-01T00:00:00", "a", 1),
    ("2024-01-01T00:00:04", "a", 2),
    ("2024-01-01T00:00:09", "a", 3),
    ("2024-01-01T00:00:14.000001", "a", 4),
    ("2024-01-01T00:00:02", "b", 5),
    ("2024-01-01T00:00:02", "b", 6),
    ("2024-01-01T00:00:06", None, 7),
    (None, "a", 8),
]


def run(spark, ctx):
    df = spark.createDataFrame(ROWS, "t STRING, k STRING, v INT").withColumn(
        "t", F.col("t").cast("timestamp")
    )
    session = F.session_window("t", "5 seconds")
    yield "with a key", df.groupBy(session, "k").agg(F.count("*").alias("n"), F.sum("v").alias("s"))
    yield "key first", df.groupBy("k", session).agg(F.count("*").alias("n"), F.max("v"))
    yield "without a key", df.groupBy(session).agg(F.count("*").alias("n"), F.sum("v").alias("s"))
    yield "count", df.groupBy(session, "k").count()
    yield "no aggregate", df.groupBy(session, "k").agg({"v": "sum"})
    yield "named", df.groupBy(session.alias("s"), "k").count().select("s.start", "s.end", "count")
    yield (
        "fields",
        df.groupBy(session, "k").count().select("session_window.start", "session_window.end", "k"),
    )
    yield (
        "select the function again",
        df.groupBy(session, "k").agg(F.sum("v").alias("s")).select("session_window", "s"),
    )
    yield "two keys", df.groupBy(session, "k", F.col("v") % 2).count()
    yield (
        "distinct aggregate",
        df.groupBy(session, "k").agg(F.count_distinct("v").alias("d"), F.sum("v").alias("s")),
    )
    yield (
        "two distinct aggregates",
        df.groupBy(session, "k").agg(F.count_distinct("v"), F.sum_distinct("v")),
    )
    yield "filtered", df.groupBy(session).agg(F.expr("count(*) FILTER (WHERE v > 2)").alias("n"))
    yield "list", df.groupBy(session, "k").agg(F.sort_array(F.collect_list("v")).alias("l"))
    yield "average", df.groupBy(session, "k").agg(F.avg("v"), F.min("t"), F.max("t"))
    yield "empty", df.where("false").groupBy(session, "k").count()
    yield "having", df.groupBy(session, "k").count().where("count > 1")
    yield (
        "expression of the time",
        df.groupBy(F.session_window(F.col("t") + F.expr("INTERVAL 1 SECOND"), "5 seconds")).count(),
    )
