"""fileNameOnly: a file of a name that was seen in another folder is not new."""


def run(spark, ctx):
    ctx.write_lines("t/a/1.json", ['{"n":1}'])
    ctx.write_lines("t/b/1.json", ['{"n":2}'])
    ctx.write_lines("t/b/2.json", ['{"n":3}'])
    reader = spark.readStream.schema("n int").option("maxFilesPerTrigger", 1)
    everywhere = reader.json(ctx.path("t/*"))
    yield "paths count", ctx.run_query(everywhere, "q_paths")
    by_name = reader.option("fileNameOnly", True).json(ctx.path("t/*"))
    with ctx.running(by_name, "q_names") as query:
        query.processAllAvailable()
        ctx.write_lines("t/c/1.json", ['{"n":4}'])
        ctx.write_lines("t/c/3.json", ['{"n":5}'])
        query.processAllAvailable()
        yield "later files", ctx.snapshot(spark.table("q_names").where("n > 3"))
