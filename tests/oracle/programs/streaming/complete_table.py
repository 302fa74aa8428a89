"""Counts in complete mode: the memory table after each of three files."""

from pyspark.sql import functions as F

SCHEMA = "time timestamp, action string"


def run(spark, ctx):
    ctx.write_lines(
        "in/1.json", ['{"time":1469501107,"action":"Open"}', '{"time":1469501147,"action":"Open"}']
    )
    df = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(ctx.path("in"))
    counts = df.groupBy(df.action, F.window(df.time, "1 hour")).count()
    yield "schema", counts.schema.jsonValue()
    with ctx.running(counts, "counts", "complete") as query:
        query.processAllAvailable()
        yield "after one", ctx.snapshot(spark.table("counts"))
        ctx.write_lines(
            "in/2.json",
            ['{"time":1469501108,"action":"Close"}', '{"time":1469511107,"action":"Open"}'],
        )
        query.processAllAvailable()
        yield "after two", ctx.snapshot(spark.table("counts"))
        ctx.write_lines(
            "in/3.json",
            ['{"time":null,"action":"Open"}', '{"time":1469501109,"action":"Close"}', "broken"],
        )
        query.processAllAvailable()
        yield "after three", ctx.snapshot(spark.sql("SELECT * FROM counts"))
        yield (
            "lesson's query",
            ctx.snapshot(
                spark.sql(
                    'select action, date_format(window.end, "MMM-dd HH:mm") as time, count from counts order by time, action'
                ),
                True,
            ),
        )
    yield "after stop", spark.table("counts").count()
