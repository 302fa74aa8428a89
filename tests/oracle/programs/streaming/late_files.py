"""Files that come while the query runs, files in new folders, hidden ones, an empty start."""


def run(spark, ctx):
    (ctx.tmp_path / "in").mkdir()
    df = spark.readStream.schema("n int").json(ctx.path("in"))
    with ctx.running(df, "t") as query:
        query.processAllAvailable()
        yield (
            "nothing yet",
            [spark.table("t").count(), len([p for p in query.recentProgress if p["numInputRows"]])],
        )
        ctx.write_lines("in/a.json", ['{"n":1}'])
        query.processAllAvailable()
        ctx.write_lines("in/_hidden.json", ['{"n":2}'])
        ctx.write_lines("in/.dot.json", ['{"n":3}'])
        ctx.write_bytes("in/empty.json", b"")
        query.processAllAvailable()
        yield "hidden files", ctx.snapshot(spark.table("t"))
        ctx.write_lines("in/b.txt", ['{"n":4}', "nonsense"])
        query.processAllAvailable()
        yield "any name", ctx.snapshot(spark.table("t"))
    many = spark.readStream.schema("n int").json(ctx.path("in*"))
    ctx.write_lines("in2/a.json", ['{"n":9}'])
    yield "glob of folders", ctx.run_query(many, "globbed")
