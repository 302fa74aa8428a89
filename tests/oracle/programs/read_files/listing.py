"""pathGlobFilter, globs, modifiedBefore and modifiedAfter, hidden files, missing files."""


def run(spark, ctx):
    for name in ["a1.txt", "a2.txt", "b1.log", "[x].txt", "deep/c.txt", "deep/er/d.txt"]:
        ctx.write_lines(f"t/{name}", [name])
    folder = ctx.path("t")
    yield "folder", spark.read.text(folder)
    for glob in [
        "*.txt",
        "a?.txt",
        "{a1,b1}.*",
        "a[12].txt",
        "a[^1].txt",
        "a[!1].txt",
        "*/*.txt",
        "**",
        "*/*/d.txt",
        "nosuch*",
        "\\[x\\].txt",
    ]:
        yield (
            f"glob {glob}",
            ctx.outcome(
                lambda glob=glob: sorted(
                    r[0] for r in spark.read.text(f"{folder}/{glob}").collect()
                )
            ),
        )
    for glob in ["*.txt", "a*", "{a1,b1}*", "nosuch"]:
        yield f"filter {glob}", spark.read.text(folder, pathGlobFilter=glob)
    yield "recursive", spark.read.text(folder, recursiveFileLookup=True)
    yield (
        "recursive filter",
        spark.read.text(folder, recursiveFileLookup=True, pathGlobFilter="*d*"),
    )
    yield "modified after", spark.read.text(folder, modifiedAfter="2020-09-13T12:27:00")
    yield "modified before", spark.read.text(folder, modifiedBefore="2020-09-13T12:27:00")
    yield (
        "between",
        spark.read.text(
            folder, modifiedAfter="2020-09-13T12:26:55", modifiedBefore="2020-09-13T12:27:15"
        ),
    )
    yield "bad time", ctx.error(lambda: spark.read.text(folder, modifiedAfter="never"))
    yield "bad flag", ctx.error(lambda: spark.read.text(folder, recursiveFileLookup="maybe"))
    yield "unknown option", spark.read.option("noSuchOption", "x").text(folder)
    yield "file:", spark.read.text("file:" + folder + "/a1.txt")
    yield "file://", spark.read.text("file://" + folder + "/a1.txt")
    yield "twice", spark.read.text([folder + "/a1.txt", folder + "/a1.txt"])
    yield "empty folder", ctx.outcome(lambda: empty(spark, ctx))
    yield "missing among others", ctx.error(lambda: spark.read.text([folder, ctx.path("nowhere")]))
    yield "SQL of nothing", ctx.error(lambda: spark.sql(f"SELECT * FROM text.`{folder}/no`"))


def empty(spark, ctx):
    (ctx.tmp_path / "none").mkdir()
    return spark.read.text(ctx.path("none")).count()
