"""Where is session_window refused, and with which error?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [("2024-01-01 00:00:00", 1), ("2024-01-01 00:00:04", 2)], "t STRING, v INT"
    )
    df = df.withColumn("t", F.col("t").cast("timestamp"))
    df.createOrReplaceTempView("rows")
    session = F.session_window("t", "5 seconds")

    def rows(frame):
        return ctx.outcome(
            lambda: [frame().schema.simpleString(), sorted(str(r) for r in frame().collect())]
        )

    yield "select", rows(lambda: df.select(session))
    yield "select with a column", rows(lambda: df.select(session, "v"))
    yield "select with an alias", rows(lambda: df.select(session.alias("s")))
    yield "withColumn", rows(lambda: df.withColumn("s", session))
    yield "where", rows(lambda: df.where(session.start > "2024"))
    yield "orderBy", rows(lambda: df.orderBy(session))
    yield "field in a select", rows(lambda: df.select(session.start))
    yield (
        "two sessions",
        rows(lambda: df.groupBy(session, F.session_window("t", "1 minute")).count()),
    )
    yield "the same session twice", rows(lambda: df.groupBy(session, session).count())
    yield "with a window", rows(lambda: df.groupBy(session, F.window("t", "10 seconds")).count())
    yield "window first", rows(lambda: df.groupBy(F.window("t", "10 seconds"), session).count())
    yield "field as a key", rows(lambda: df.groupBy(session.start).count())
    yield "pivot", rows(lambda: df.groupBy(session).pivot("v", [1, 2]).count())
    yield "groupBy without aggregate", rows(lambda: df.groupBy(session).agg(F.lit(1).alias("one")))
    yield "inside an aggregate", rows(lambda: df.agg(F.max(session)))
    yield "inside a grouped aggregate", rows(lambda: df.groupBy("v").agg(F.max(session)))
    yield (
        "dropDuplicates of a session",
        rows(lambda: df.select(session.alias("s"), "v").dropDuplicates(["s"])),
    )
    yield (
        "aggregate and session in select",
        rows(lambda: df.groupBy(session).agg(session, F.count("*"))),
    )
    yield "udf-like expression", rows(lambda: df.groupBy(F.to_json(session)).count())
    yield "count distinct of a session", rows(lambda: df.select(F.count_distinct(session)))

    # Spark starts these and fails within a task, where its message has numbers of the run.
    for name in ("cube", "rollup"):
        try:
            yield f"{name} gives rows", len(getattr(df, name)(session, "v").count().collect())
        except Exception as error:
            yield f"{name}: null session", "Grouping Session should not be null" in str(error)
