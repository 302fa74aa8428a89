"""Several levels, missing levels, conflicting names, base paths, columns in file and folder."""


def run(spark, ctx):
    for day in ("1", "2"):
        for kind in ("a", "b"):
            ctx.write_lines(f"t/day={day}/kind={kind}/x.json", [f'{{"n":{day}}}'])
    ctx.write_lines("t/day=2/kind=_b/x.json", ['{"n":9}'])

    def read():
        return spark.read.schema("n int")

    def rows(df):
        """Schema and rows; of an error the condition, for its paths are in any order."""
        try:
            return [df().schema.simpleString(), sorted(map(str, df().collect()))]
        except Exception as error:
            return error.getCondition()

    yield "two levels", rows(lambda: read().json(ctx.path("t")))
    yield "inferred", rows(lambda: spark.read.json(ctx.path("t")))
    yield "one folder", rows(lambda: read().json(ctx.path("t/day=1")))
    yield "a leaf", rows(lambda: read().json(ctx.path("t/day=1/kind=a")))
    yield (
        "based",
        rows(lambda: read().option("basePath", ctx.path("t")).json(ctx.path("t/day=1/kind=a"))),
    )
    based = spark.read.schema("n int").option("basePath", ctx.path("t"))
    yield "glob, based", rows(lambda: based.json(ctx.path("t/day=*/kind=a")))
    yield "glob", rows(lambda: read().json(ctx.path("t/day=*")))
    yield "pruned", rows(lambda: read().json(ctx.path("t")).where("day = 2 AND kind = 'a'"))
    yield (
        "only partition columns",
        rows(lambda: read().json(ctx.path("t")).select("kind").distinct()),
    )
    yield (
        "two paths",
        rows(lambda: read().json([ctx.path("t/day=1"), ctx.path("t/day=2")])),
    )
    wrong = spark.read.schema("n int").option("basePath", ctx.path("elsewhere"))
    yield "wrong base", rows(lambda: wrong.json(ctx.path("t")))
    ctx.write_lines("mixed/a=1/x.json", ['{"n":1}'])
    ctx.write_lines("mixed/b=1/x.json", ['{"n":2}'])
    yield "conflicting names", rows(lambda: read().json(ctx.path("mixed")))
    ctx.write_lines("uneven/a=1/x.json", ['{"n":1}'])
    ctx.write_lines("uneven/a=1/b=2/x.json", ['{"n":2}'])
    yield "uneven", rows(lambda: read().json(ctx.path("uneven")))
    ctx.write_lines("root/x.json", ['{"n":0}'])
    ctx.write_lines("root/a=1/x.json", ['{"n":1}'])
    yield (
        "files above",
        rows(lambda: spark.read.schema("n int").json(ctx.path("root"))),
    )
    ctx.write_lines("both/n=5/x.json", ['{"n":1,"m":2}'])
    yield "column in file and folder", rows(lambda: spark.read.json(ctx.path("both")))
    ctx.write_lines("plain/sub/x.json", ['{"n":1}'])
    ctx.write_lines("plain/y.json", ['{"n":2}'])
    yield "plain folders", rows(lambda: spark.read.schema("n int").json(ctx.path("plain")))
    ctx.write_lines("case/A=1/x.json", ['{"n":1}'])
    ctx.write_lines("case/a=2/x.json", ['{"n":2}'])
    # Which of the two names the column has is left to the order of the listing.
    cases = spark.read.schema("n int").json(ctx.path("case"))
    yield "names in two cases", sorted(list(row) for row in cases.collect())
    ctx.write_lines("twice/a=1/a=2/x.json", ['{"n":1}'])
    yield (
        "the same name twice",
        rows(lambda: spark.read.schema("n int").json(ctx.path("twice"))),
    )
    deep = spark.read.schema("n int").option("recursiveFileLookup", True)
    yield "recursive", rows(lambda: deep.json(ctx.path("t")))
    yield "recursive plain", rows(lambda: deep.json(ctx.path("plain")))
