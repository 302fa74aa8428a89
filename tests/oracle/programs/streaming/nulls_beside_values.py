"""What does a new key with nulls only give, in a batch in which other keys have values?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"k":"a","v":1}'])
    df = spark.readStream.schema("k string, v long").json(ctx.path("in"))
    counts = df.groupBy("k").agg(F.count("v"), F.max("v"), F.min("v"), F.sum("v"), F.avg("v"))
    with ctx.running(counts, "nulls", "complete") as query:
        query.processAllAvailable()
        ctx.write_lines("in/2.json", ['{"k":"a","v":2}', '{"k":"b","v":null}'])
        query.processAllAvailable()
        yield "beside", ctx.snapshot(spark.table("nulls"))
        ctx.write_lines("in/3.json", ['{"k":"b","v":5}', '{"k":"c","v":null}'])
        query.processAllAvailable()
        yield "later", ctx.snapshot(spark.table("nulls"))
