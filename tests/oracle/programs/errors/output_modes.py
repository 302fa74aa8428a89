"""Output modes that do not fit the query."""

from pyspark.sql import functions as F


def run(spark, ctx):
    ctx.write_lines("in/a.json", ['{"k":"a","t":1}'])
    df = spark.readStream.schema("k string, t timestamp").json(ctx.path("in"))
    counts = df.groupBy("k").count()
    yield "append on an aggregate", ctx.error(lambda: ctx.start_memory(counts, "t"))
    yield (
        "default on an aggregate",
        ctx.error(lambda: counts.writeStream.format("memory").queryName("t").start()),
    )
    yield (
        "append on windows without a watermark",
        ctx.error(lambda: ctx.start_memory(df.groupBy(F.window("t", "1 hour")).count(), "t")),
    )
    yield "complete without an aggregate", ctx.error(lambda: ctx.start_memory(df, "t", "complete"))
    yield "unknown mode", ctx.error(lambda: ctx.start_memory(df, "t", "sometimes"))
    yield "empty mode", ctx.error(lambda: df.writeStream.outputMode(""))
    yield "mode of a wrong type", ctx.error(lambda: df.writeStream.outputMode(1))
    yield (
        "two aggregates in complete",
        ctx.error(lambda: ctx.start_memory(counts.agg(F.sum("count")), "t", "complete")),
    )
    yield (
        "two aggregates in update",
        ctx.error(lambda: ctx.start_memory(counts.groupBy("count").count(), "t", "update")),
    )
    yield "limit in append", ctx.run_query(df.limit(1), "limited")
    yield "limit in update", ctx.error(lambda: ctx.start_memory(df.limit(1), "t", "update"))
    yield "nothing was left running", spark.streams.active
