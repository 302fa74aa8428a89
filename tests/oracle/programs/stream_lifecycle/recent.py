"""Settings at work: how many records are kept, batches without data, one of several."""


def run(spark, ctx):
    for number in range(5):
        ctx.write_lines(f"in/{number}.json", [f'{{"n":{number}}}'])
    df = spark.readStream.schema("n int").option("maxFilesPerTrigger", 1).json(ctx.path("in"))
    spark.conf.set("spark.sql.streaming.numRecentProgressUpdates", "2")
    query = ctx.start_memory(df, "few", trigger={"availableNow": True})
    query.awaitTermination(120)
    yield "kept", [p["batchId"] for p in query.recentProgress]
    spark.conf.set("spark.sql.streaming.numRecentProgressUpdates", "1")
    query = ctx.start_memory(df, "one", trigger={"availableNow": True})
    query.awaitTermination(120)
    yield "one kept", [p["batchId"] for p in query.recentProgress]
    spark.conf.unset("spark.sql.streaming.numRecentProgressUpdates")
    spark.conf.set("spark.sql.streaming.minBatchesToRetain", "2")
    writer = df.writeStream.format("memory").queryName("r").trigger(availableNow=True)
    query = writer.option("checkpointLocation", ctx.path("checkpoint")).start()
    query.awaitTermination(120)
    spark.conf.unset("spark.sql.streaming.minBatchesToRetain")
    offsets = sorted(
        p.name for p in (ctx.tmp_path / "checkpoint" / "offsets").iterdir() if p.name.isdigit()
    )
    yield "offsets kept", offsets
