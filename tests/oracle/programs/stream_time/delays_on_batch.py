"""Does withWatermark on a frame that is no stream check its arguments, and does it change rows?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    rows = spark.sql(
        "SELECT * FROM VALUES (TIMESTAMP '2024-01-01 00:00:01', 'a'),"
        " (TIMESTAMP '2023-01-01 00:00:01', 'b'), (CAST(NULL AS TIMESTAMP), 'c') AS r(t, k)"
    )
    marked = rows.withWatermark("t", "1 second")
    yield "rows", marked
    yield "metadata", ctx.outcome(lambda: [field.metadata for field in marked.schema])
    yield "windows", marked.groupBy(F.window("t", "10 seconds")).count()
    yield "dedup", marked.dropDuplicates(["k", "t"])
    yield "dedup within", ctx.outcome(lambda: marked.dropDuplicatesWithinWatermark(["k"]).collect())
    yield "redefined", marked.withWatermark("t", "5 seconds")
    yield "is streaming", marked.isStreaming
    yield "bad delay", ctx.error(lambda: rows.withWatermark("t", "soon"))
    yield "negative delay", ctx.error(lambda: rows.withWatermark("t", "-1 second"))
    yield "missing column", ctx.outcome(lambda: rows.withWatermark("x", "1 second").count())
    yield "no timestamp", ctx.outcome(lambda: rows.withWatermark("k", "1 second").count())
