"""Aggregates other than count over a stream, in complete mode, ordered and limited."""

from pyspark.sql import functions as F


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"k":"a","v":1}', '{"k":"a","v":5}', '{"k":"b","v":2}'])
    ctx.write_lines("in/2.json", ['{"k":"a","v":null}', '{"k":"c","v":-4}', '{"k":"b","v":2}'])
    df = (
        spark.readStream.schema("k string, v int")
        .option("maxFilesPerTrigger", 1)
        .json(ctx.path("in"))
    )
    several = df.groupBy("k").agg(
        F.count("*").alias("n"),
        F.count("v"),
        F.sum("v"),
        F.avg("v"),
        F.min("v"),
        F.max("v"),
        F.sort_array(F.collect_list("v")).alias("l"),
        F.variance("v"),
    )
    yield "several", ctx.run_query(several, "several", "complete")
    yield "without a key", ctx.run_query(df.agg(F.sum("v").alias("s")), "total", "complete")
    yield (
        "sorted",
        ctx.run_query(df.groupBy("k").count().orderBy("k").limit(2), "sorted_counts", "complete"),
    )
    yield (
        "having",
        ctx.run_query(df.groupBy("k").count().where("count > 1"), "frequent", "complete"),
    )
    yield (
        "expression key",
        ctx.run_query(df.groupBy((df.v % 2).alias("odd")).count(), "odd", "complete"),
    )
    yield (
        "distinct count",
        ctx.error(lambda: ctx.start_memory(df.agg(F.countDistinct("k")), "d", "complete")),
    )
    yield "distinct", ctx.run_query(df.select("k").distinct(), "distinct_keys", "update")
