"""A path that is not there, for reading at once and for a stream."""


def run(spark, ctx):
    path = ctx.path("nowhere")
    yield "read", ctx.error(lambda: spark.read.schema("a int").json(path))
    yield "read without a schema", ctx.error(lambda: spark.read.json(path))
    yield "load", ctx.error(lambda: spark.read.format("json").load(path))
    yield "stream", ctx.error(lambda: spark.readStream.schema("a int").json(path))
    yield (
        "stream of a glob",
        ctx.outcome(lambda: spark.readStream.schema("a int").json(path + "*/x").isStreaming),
    )
    yield "no path", spark.read.schema("a int").format("json").load()
    yield "empty path", ctx.error(lambda: spark.read.schema("a int").json(""))
    yield (
        "no path of a stream",
        ctx.error(lambda: spark.readStream.schema("a int").format("json").load()),
    )
    yield "path of a wrong type", ctx.error(lambda: spark.read.json(5))
    yield "stream path of a wrong type", ctx.error(lambda: spark.readStream.json(5))
    yield "unknown scheme", ctx.error(lambda: spark.read.schema("a int").json("nosuch://x/y"))
