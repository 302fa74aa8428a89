"""Folders named key=value become columns."""


def run(spark, ctx):
    ctx.write_lines("t/day=2020-01-01/kind=a/x.json", ['{"n":1}'])
    ctx.write_lines("t/day=2020-01-02/kind=7/x.json", ['{"n":2}', '{"n":3}'])
    yield "rows", spark.read.schema("n int").json(ctx.path("t"))
    yield (
        "named in the schema",
        spark.read.schema("n int, kind string, day string").json(ctx.path("t")),
    )
    yield "filter", spark.read.schema("n int").json(ctx.path("t")).where("kind = '7'")
    base = spark.read.schema("n int").option("basePath", ctx.path("t"))
    yield "base path", base.json(ctx.path("t/day=2020-01-01"))
