"""Two queries from one stream, each with its own table and state."""


def run(spark, ctx):
    for number in range(3):
        ctx.write_lines(
            f"in/{number}.json", [f'{{"k":"{"ab"[i % 2]}","v":{i}}}' for i in range(number + 2)]
        )
    df = (
        spark.readStream.schema("k string, v int")
        .option("maxFilesPerTrigger", 1)
        .json(ctx.path("in"))
    )
    counts = df.groupBy("k").count()
    with (
        ctx.running(counts, "counts", "complete") as one,
        ctx.running(counts, "counts2", "complete") as two,
    ):
        yield "both active", [one.isActive, two.isActive, one.id != two.id, one.runId != two.runId]
        one.processAllAvailable()
        two.processAllAvailable()
        yield "first", ctx.snapshot(spark.table("counts"))
        yield "second", ctx.snapshot(spark.table("counts2"))
        yield (
            "joined",
            ctx.snapshot(
                spark.sql(
                    "SELECT c.k, c.count, d.k AS other, d.count AS n FROM counts c JOIN counts2 d ON c.count <> d.count"
                )
            ),
        )
        yield "names", sorted(query.name for query in spark.streams.active)
        one.stop()
        yield "one is left", [query.name for query in spark.streams.active]
        ctx.write_lines("in/9.json", ['{"k":"z","v":1}'])
        two.processAllAvailable()
        yield (
            "the stopped one stands",
            [
                spark.table("counts").where("k = 'z'").count(),
                spark.table("counts2").where("k = 'z'").count(),
            ],
        )
