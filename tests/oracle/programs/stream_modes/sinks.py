"""Which output modes does each sink take, for rows and for counts?"""


def run(spark, ctx):
    (ctx.tmp_path / "in").mkdir()
    rows = spark.readStream.schema("k STRING, v INT").json(ctx.path("in"))
    counts = rows.groupBy("k").count()
    for sink in ("memory", "console", "json", "parquet", "noop", "foreach", "foreachBatch"):
        for name, df in (("rows", rows), ("counts", counts)):
            for mode in ("append", "update", "complete"):

                def start(df=df, mode=mode, sink=sink, name=name):
                    writer = df.writeStream.outputMode(mode).queryName("q")
                    place = ctx.path(f"{sink}-{name}-{mode}")
                    writer = writer.option("checkpointLocation", place + "-checkpoint")
                    if sink == "foreach":
                        query = writer.foreach(lambda row: None).start()
                    elif sink == "foreachBatch":
                        query = writer.foreachBatch(lambda df, batch: None).start()
                    elif sink in ("json", "parquet"):
                        query = writer.format(sink).start(place)
                    else:
                        query = writer.format(sink).start()
                    query.stop()
                    return "starts"

                yield f"{sink}, {name}, {mode}", ctx.outcome(start)
    partitioned = rows.writeStream.partitionBy("k").queryName("q")
    yield "partitionBy in memory", ctx.outcome(lambda: partitioned.format("memory").start().stop())
