"""What does the file sink refuse, and what do batch writers do with its folder?"""


def run(spark, ctx):
    ctx.write_lines("in/0.json", ['{"k":"a","v":1}'])
    rows = spark.readStream.schema("k string, v int").json(ctx.path("in"))
    counts = rows.groupBy("k").count()
    number = iter(range(100))

    def start(df, mode="append", fmt="json", path=True, columns=(), **options):
        place = f"p{next(number)}"
        writer = df.writeStream.format(fmt).outputMode(mode).options(**options)
        writer = writer.option("checkpointLocation", ctx.path(place + "-c")).partitionBy(*columns)
        query = writer.start(ctx.path(place)) if path else writer.start()
        query.processAllAvailable()
        query.stop()
        return "runs"

    cases = {
        "update": lambda: start(rows, "update"),
        "complete": lambda: start(counts, "complete"),
        "counts, append": lambda: start(counts),
        "no path": lambda: start(rows, path=False),
        "path as an option": lambda: start(rows, path=False, PATH=ctx.path("option")),
        "unknown partition": lambda: start(rows, columns=("z",)),
        "all partitions": lambda: start(rows, columns=("k", "v")),
        "partition in another case": lambda: start(rows, columns=("K",)),
        "text of two columns": lambda: start(rows, fmt="text"),
        "csv of an array": lambda: start(rows.selectExpr("array(v) a"), fmt="csv"),
        "duplicates": lambda: start(rows.selectExpr("v", "v AS V")),
        "unknown codec": lambda: start(rows, compression="what"),
        "retention": lambda: start(rows, retention="1 hour"),
        "bad retention": lambda: start(rows, retention="soon"),
        "path twice": lambda: start(rows, path=True, path_=1),
        "console with partitions": lambda: start(rows, fmt="console", path=False, columns=("k",)),
        "foreach with partitions": lambda: rows.writeStream.foreach(print).partitionBy("k").start(),
        "foreachBatch with partitions": lambda: (
            rows.writeStream.foreachBatch(print).partitionBy("k").start()
        ),
        "file sink without a checkpoint": lambda: rows.writeStream.format("json").start(
            ctx.path("nocheckpoint")
        ),
        "path in both": lambda: (
            rows.writeStream.format("json")
            .option("path", ctx.path("one"))
            .option("checkpointLocation", ctx.path("both-c"))
            .start(ctx.path("two"))
        ),
        "rate": lambda: start(rows, fmt="rate", path=False),
    }
    for name, call in cases.items():
        yield name, ctx.outcome(call)
    spark.conf.set("spark.sql.streaming.fileSink.log.compactInterval", "0")
    yield "interval 0", ctx.outcome(lambda: start(rows))
    spark.conf.unset("spark.sql.streaming.fileSink.log.compactInterval")
