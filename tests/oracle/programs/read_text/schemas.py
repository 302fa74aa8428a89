"""Which schemas does the text reader take?"""


def run(spark, ctx):
    path = ctx.write_lines("a.txt", ["one", "two"])
    yield "other name", spark.read.schema("line string").text(path)
    two = spark.read.schema("a string, b string")
    yield "two columns", ctx.outcome(lambda: [list(r) for r in two.text(path).collect()])
    yield (
        "number",
        ctx.outcome(lambda: [list(r) for r in spark.read.schema("a int").text(path).collect()]),
    )
    yield "null", spark.read.schema("value string").text(path).where("value <> 'one'")
    ctx.write_lines("t/k=1/a.txt", ["x"])
    ctx.write_lines("t/k=2/a.txt", ["y"])
    yield "partitions", spark.read.text(ctx.path("t"))
    named = spark.read.schema("value string, k string").text(ctx.path("t"))
    yield "partitions by schema", named
