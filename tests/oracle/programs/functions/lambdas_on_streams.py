"""Functions of lambdas on streams: in a projection, a filter, below and above an aggregate."""

from pyspark.sql import functions as F

LINES = [
    '{"id": 1, "xs": [1, 2, 3], "n": 10}',
    '{"id": 2, "xs": [], "n": 20}',
    '{"id": 3, "n": 30}',
    '{"id": 4, "xs": [4, null], "n": null}',
]


def run(spark, ctx):
    ctx.write_lines("in/1.json", LINES[:2])
    ctx.write_lines("in/2.json", LINES[2:])
    schema = "id int, xs array<int>, n int"
    stream = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).json(ctx.path("in"))
    mapped = stream.select(
        "id",
        F.transform("xs", lambda x: x + F.col("n")).alias("t"),
        F.aggregate("xs", F.lit(0), lambda a, x: a + F.coalesce(x, F.lit(0))).alias("a"),
    )
    yield "projection", ctx.run_query(mapped, "mapped")
    yield (
        "filter",
        ctx.run_query(stream.where(F.exists("xs", lambda x: x > 2)).select("id"), "kept"),
    )
    sums = stream.groupBy(F.size(F.filter("xs", lambda x: x > 1)).alias("k")).agg(
        F.sum(F.aggregate("xs", F.lit(0), lambda a, x: a + F.coalesce(x, F.lit(0)))).alias("s")
    )
    yield "aggregate", ctx.run_query(sums, "sums", "complete")
    exploded = stream.select("id", F.posexplode_outer("xs").alias("p", "x"))
    yield "posexplode", ctx.run_query(exploded, "exploded")
