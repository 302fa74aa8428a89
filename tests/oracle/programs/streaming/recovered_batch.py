"""A batch that failed is run again at the next start: is that all that `once` does?"""


def run(spark, ctx):
    for trigger in [{"once": True}, {"availableNow": True}, {}]:
        name = next(iter(trigger), "default").lower()
        yield name, _batches(spark, ctx, name, trigger)


def _batches(spark, ctx, name, trigger):
    seen = []

    def fail(frame, batch):
        raise ValueError("not now")

    def keep(frame, batch):
        seen.append([batch, sorted(row.n for row in frame.collect())])

    ctx.write_lines(f"{name}/in/0.json", ['{"n":0}'])
    df = spark.readStream.schema("n int").json(ctx.path(f"{name}/in"))

    def start(function):
        writer = df.writeStream.foreachBatch(function)
        if trigger:
            writer = writer.trigger(**trigger)
        return writer.option("checkpointLocation", ctx.path(f"{name}/checkpoint")).start()

    query = start(fail)
    try:
        query.processAllAvailable()
        query.awaitTermination(60)
    except Exception:
        pass
    ctx.write_lines(f"{name}/in/1.json", ['{"n":1}'])
    for _ in range(2):
        query = start(keep)
        if trigger:
            query.awaitTermination(60)
        else:
            query.processAllAvailable()
        query.stop()
        seen.append("stopped")
    return seen
