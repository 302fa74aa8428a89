"""Windows of one hour: the column's type, its fields, counts by it, and what show prints."""

from pyspark.sql import functions as F


def run(spark, ctx):
    path = ctx.write_lines(
        "e.json",
        [
            f'{{"time":{t},"action":"{a}"}}'
            for t, a in [
                (1469501107, "Open"),
                (1469501147, "Open"),
                (1469505600, "Close"),
                (1469505599, "Close"),
                (1469509200, "Open"),
                (1469512799, "Open"),
            ]
        ],
    )
    df = spark.read.schema("time timestamp, action string").json(path)
    counts = df.groupBy(df.action, F.window(df.time, "1 hour")).count()
    yield "counts", counts
    yield "shown", ctx.shown(counts.orderBy("window", "action"), truncate=False)
    yield "tree", ctx.printed(counts.printSchema)
    yield "by name", df.groupBy(F.window("time", "30 minutes")).count()
    yield "renamed", df.groupBy(F.window("time", "1 hour").alias("w")).agg(F.count("*").alias("n"))
    yield "selected", df.select("time", F.window("time", "10 seconds").alias("w"))
    yield "without an alias", df.select(F.window("time", "1 day"))
    yield "fields", counts.select("window.start", "window.end", "count")
    yield "column's text", str(F.window("time", "1 hour"))
