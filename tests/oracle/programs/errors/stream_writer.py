"""writeStream on what is no stream, formats that are none, options that are missing."""


def run(spark, ctx):
    ctx.write_lines("in/a.json", ['{"k":"a"}'])
    df = spark.readStream.schema("k string").json(ctx.path("in"))
    yield "batch", ctx.error(lambda: spark.range(1).writeStream)
    yield "batch write of memory", ctx.error(lambda: spark.range(1).write.format("memory").save())
    yield (
        "unknown sink",
        ctx.error(
            lambda: (
                df.writeStream.format("nosuch").option("checkpointLocation", ctx.path("c")).start()
            )
        ),
    )
    yield "unknown source", ctx.error(lambda: spark.readStream.format("nosuch").load())
    yield "unknown reader", ctx.error(lambda: spark.read.format("nosuch").load("x"))
    yield (
        "file sink without a path",
        ctx.error(
            lambda: (
                df.writeStream.format("json").option("checkpointLocation", ctx.path("c")).start()
            )
        ),
    )
    yield (
        "file sink without a checkpoint",
        ctx.error(lambda: df.writeStream.format("json").start(ctx.path("out"))),
    )
    yield (
        "complete into files",
        ctx.error(
            lambda: (
                df.groupBy("k")
                .count()
                .writeStream.format("json")
                .outputMode("complete")
                .option("checkpointLocation", ctx.path("c"))
                .start(ctx.path("out"))
            )
        ),
    )
    yield "foreach of nothing useful", ctx.error(lambda: df.writeStream.foreach(5))
