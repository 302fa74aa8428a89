"""Which rows does the rate-micro-batch source give in each batch?"""


def run(spark, ctx):
    def reader(**options):
        made = spark.readStream.format("rate-micro-batch")
        for name, value in options.items():
            made = made.option(name, value)
        return made

    yield "no rows per batch", ctx.error(lambda: reader().load())
    for name, value in (
        ("rowsPerBatch", 0),
        ("rowsPerBatch", "x"),
        ("numPartitions", 0),
        ("startTimestamp", -1),
        ("advanceMillisPerBatch", -1),
    ):
        yield (
            f"{name}={value}",
            ctx.outcome(lambda n=name, v=value: reader(**{"rowsPerBatch": 2, n: v}).load().dtypes),
        )
    yield (
        "as a batch",
        ctx.error(
            lambda: spark.read.format("rate-micro-batch").option("rowsPerBatch", 2).load().collect()
        ),
    )
    batches = []
    frame = reader(
        rowsPerBatch=3, numPartitions=2, startTimestamp=1_000_000, advanceMillisPerBatch=250
    ).load()
    yield "schema", frame.schema.simpleString()

    def note(part, number):
        rows = [[row.value, row.timestamp.timestamp()] for row in part.orderBy("value").collect()]
        batches.append([number, rows])

    def until(count):
        query = (
            frame.writeStream.foreachBatch(note)
            .option("checkpointLocation", ctx.path("checkpoint"))
            .start()
        )
        while len(batches) < count and query.isActive:
            pass
        query.stop()
        return query

    query = until(3)
    yield "three batches", batches[:3]
    yield "described", query.lastProgress["sources"][0]["description"]
    first = query.recentProgress[1]["sources"][0]
    yield "offsets", [first["startOffset"], first["endOffset"]]
    seen = len(batches)
    until(seen + 2)
    last = batches[seen:][0]
    yield "goes on", last[0] >= seen - 1
    once = []
    query = (
        frame.writeStream.foreachBatch(lambda part, number: once.append([number, part.count()]))
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination(60)
    yield "available now", once
