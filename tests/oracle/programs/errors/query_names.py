"""A second query of the same name, and two queries on one checkpoint."""


def run(spark, ctx):
    ctx.write_lines("in/a.json", ['{"k":"a"}'])
    df = spark.readStream.schema("k string").json(ctx.path("in"))
    counts = df.groupBy("k").count()
    with ctx.running(counts, "t", "complete", checkpointLocation=ctx.path("c")) as query:
        query.processAllAvailable()
        yield "same name", ctx.error(lambda: ctx.start_memory(df, "t"))
        yield "same checkpoint", ctx.error(
            lambda: ctx.start_memory(counts, "u", "complete", checkpointLocation=ctx.path("c"))
        )
        yield "still running", query.isActive
    with ctx.running(df, "t") as query:
        query.processAllAvailable()
        yield "name free after stop", ctx.snapshot(spark.table("t"))
    spark.range(1).createOrReplaceTempView("taken")
    with ctx.running(df, "taken") as query:
        query.processAllAvailable()
        yield "name of a view", ctx.snapshot(spark.table("taken"))
