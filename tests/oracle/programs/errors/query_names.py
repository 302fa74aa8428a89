"""A second query of the same name, and two queries on one checkpoint."""


def run(spark, ctx):
    ctx.write_lines("in/a.json", ['{"k":"a"}'])
    df = spark.readStream.schema("k string").json(ctx.path("in"))
    counts = df.groupBy("k").count()
    where = {"checkpointLocation": ctx.path("c")}
    with ctx.running(counts, "t", "complete", **where) as query:
        query.processAllAvailable()
        yield "same name", ctx.error(lambda: ctx.start_memory(df, "t"))
        yield "still running", query.isActive
        # By default the second run on a checkpoint ends the first.
        with ctx.running(counts, "u", "complete", **where) as second:
            yield "second run on one checkpoint", [query.isActive, second.isActive]
            yield "one query, two runs", [second.id == query.id, second.runId == query.runId]
            spark.conf.set("spark.sql.streaming.stopActiveRunOnRestart", "false")
            yield (
                "third run that may end none",
                ctx.error(lambda: ctx.start_memory(counts, "v", "complete", **where)),
            )
            yield "second still running", second.isActive
    with ctx.running(df, "t") as query:
        query.processAllAvailable()
        yield "name free after stop", ctx.snapshot(spark.table("t"))
    spark.range(1).createOrReplaceTempView("taken")
    with ctx.running(df, "taken") as query:
        query.processAllAvailable()
        yield "name of a view", ctx.snapshot(spark.table("taken"))
