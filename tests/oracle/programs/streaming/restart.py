"""A memory sink restarts from its checkpoint in complete mode, and in no other."""


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"k":"a"}', '{"k":"b"}'])
    df = spark.readStream.schema("k string").json(ctx.path("in"))
    where = {"checkpointLocation": ctx.path("checkpoint")}
    counts = df.groupBy("k").count()
    yield "first run", ctx.run_query(counts, "t", "complete", **where)
    yield (
        "batches",
        [
            p
            for p in sorted(
                path.name for path in (ctx.tmp_path / "checkpoint" / "commits").iterdir()
            )
            if p.isdigit()
        ],
    )
    yield (
        "folders",
        sorted(
            path.name
            for path in (ctx.tmp_path / "checkpoint").iterdir()
            if not path.name.startswith(".")
        ),
    )
    ctx.write_lines("in/2.json", ['{"k":"a"}', '{"k":"c"}'])
    with ctx.running(counts, "t", "complete", **where) as query:
        query.processAllAvailable()
        yield "second run", ctx.snapshot(spark.table("t"))
        yield "goes on counting", query.lastProgress["batchId"]
        first = query.id
    with ctx.running(counts, "t2", "complete", **where) as query:
        yield "the id stays", query.id == first
        query.processAllAvailable()
        yield "no file is read twice", ctx.snapshot(spark.table("t2"))
    yield "append", ctx.error(lambda: ctx.start_memory(df, "t3", **where))
    with ctx.running(df, "t4", checkpointLocation=ctx.path("append")) as query:
        query.processAllAvailable()
    yield (
        "append again",
        ctx.error(lambda: ctx.start_memory(df, "t4", checkpointLocation=ctx.path("append"))),
    )
    yield "update again", ctx.error(lambda: ctx.start_memory(counts, "t5", "update", **where))
