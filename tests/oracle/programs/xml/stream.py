"""Streams of XML files: in with a schema, out as files."""


def run(spark, ctx):
    ctx.write_bytes("in/a.xml", b"<r><row k='1'><a>1</a></row><row><a>x</a></row></r>")
    ctx.write_bytes("in/b.xml", b"<r><row><a>2</a><b>t</b></row></r>")
    stream = (
        spark.readStream.schema("a int, b string, _k int, _corrupt_record string")
        .option("rowTag", "row")
        .option("maxFilesPerTrigger", 1)
        .xml(ctx.path("in"))
    )
    yield "schema", stream.schema.simpleString()
    yield "streaming", stream.isStreaming
    with ctx.running(stream, "s", "append") as query:
        query.processAllAvailable()
        yield "first", ctx.snapshot(spark.table("s"))
        ctx.write_bytes("in/c.xml", b"<r><row><a>3</a></row><row/></r>")
        query.processAllAvailable()
        yield "second", ctx.snapshot(spark.table("s"))
    out = (
        stream.select("a", "b")
        .writeStream.format("xml")
        .option("rowTag", "row")
        .option("checkpointLocation", ctx.path("checkpoint"))
        .option("path", ctx.path("out"))
        .outputMode("append")
        .start()
    )
    out.processAllAvailable()
    out.stop()
    yield "out", spark.read.option("rowTag", "row").xml(ctx.path("out"))
    yield (
        "arguments",
        (spark.readStream.schema("a int").xml(ctx.path("in"), rowTag="row").schema.simpleString()),
    )
    yield (
        "no schema",
        ctx.error(lambda: spark.readStream.option("rowTag", "row").xml(ctx.path("in"))),
    )
    yield (
        "no row tag",
        ctx.outcome(
            lambda: spark.readStream.schema("a int").xml(ctx.path("in")).schema.simpleString()
        ),
    )
    yield "no row tag out", ctx.outcome(lambda: started(stream, ctx))


def started(stream, ctx):
    query = (
        stream.select("a")
        .writeStream.format("xml")
        .option("checkpointLocation", ctx.path("c2"))
        .option("path", ctx.path("out2"))
        .start()
    )
    try:
        query.processAllAvailable()
    finally:
        query.stop()
    return "ran"
