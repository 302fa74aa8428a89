"""One path, several, globs, folders in folders, and a path that is not there."""


def run(spark, ctx):
    for name in ["a/1.json", "a/2.json", "b/3.json", "b/deep/4.json", "c-5.json", "c-6.json"]:
        digit = name.replace(".json", "")[-1]
        ctx.write_lines(name, [f'{{"n":{digit}}}'])
    reader = spark.read.schema("n int")
    yield "one", reader.json(ctx.path("a/1.json"))
    yield "folder", reader.json(ctx.path("a"))
    yield "folder with a slash", reader.json(ctx.path("a") + "/")
    yield "file URL", reader.json("file://" + ctx.path("a"))
    yield "list", reader.json([ctx.path("a"), ctx.path("c-5.json")])
    yield "twice the same", reader.json([ctx.path("a/1.json"), ctx.path("a/1.json")])
    yield "star", reader.json(ctx.path("c-*.json"))
    yield "star of folders", reader.json(ctx.path("*/*.json"))
    yield "braces", reader.json(ctx.path("{a,b}/*.json"))
    yield "set", reader.json(ctx.path("c-[5-5].json"))
    yield "question mark", reader.json(ctx.path("a/?.json"))
    yield "recursive", reader.option("recursiveFileLookup", True).json(ctx.path("b"))
    yield (
        "name filter",
        spark.read.schema("n int").option("pathGlobFilter", "1*").json(ctx.path("a")),
    )
    missing = spark.read.schema("n int")
    yield "missing", ctx.error(lambda: missing.json(ctx.path("none")))
    yield "glob without a match", ctx.error(lambda: missing.json(ctx.path("zz*")))
    yield (
        "one of two is missing",
        ctx.error(lambda: missing.json([ctx.path("a"), ctx.path("none")])),
    )
    yield (
        "input files",
        sorted(path.rsplit("/", 1)[1] for path in missing.json(ctx.path("a")).inputFiles()),
    )
