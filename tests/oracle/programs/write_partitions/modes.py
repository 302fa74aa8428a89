"""What does each save mode do with what is there, whole folders and partitions?"""


def run(spark, ctx):
    one = spark.sql("SELECT 1 a, 'x' k").coalesce(1)
    two = spark.sql("SELECT 2 a, 'y' k").coalesce(1)

    def after(name):
        # Of two files of one folder none is the first: their names are of chance.
        return [ctx.files(name), sorted(ctx.texts(name))]

    def save(name, df, mode, *columns, **options):
        writer = df.write.options(**options)
        if mode is not None:
            writer = writer.mode(mode)
        writer.partitionBy(*columns).json(ctx.path(name))
        return after(name)

    for mode in (
        None,
        "append",
        "overwrite",
        "errorifexists",
        "error",
        "default",
        "ignore",
        "APPEND",
        "Overwrite",
    ):
        name = f"m-{mode}"
        save(name, one, None)
        yield f"twice, {mode}", ctx.outcome(lambda n=name, m=mode: save(n, two, m))
        left = sorted(ctx.texts(name))
        yield f"left, {mode}", left
        fresh = f"f-{mode}"
        yield f"fresh, {mode}", ctx.outcome(lambda n=fresh, m=mode: save(n, two, m))
    yield "unknown mode", ctx.error(lambda: save("u", one, "upsert"))
    (ctx.tmp_path / "emptydir").mkdir()
    yield "an empty folder", ctx.outcome(lambda: save("emptydir", one, None))
    yield "an empty folder, overwritten", ctx.outcome(lambda: save("emptydir", two, "overwrite"))
    ctx.write_lines("file", ["x"])
    yield "a file", ctx.error(lambda: save("file", one, None))
    save("other", one, None)
    ctx.write_lines("other/_kept", ["k"])
    ctx.write_lines("other/more.txt", ["k"])
    yield "overwrite removes all", ctx.outcome(lambda: save("other", two, "overwrite"))

    save("dyn", one.union(two).coalesce(1), None, "k")
    new = spark.sql("SELECT 3 a, 'y' k").coalesce(1)
    yield (
        "dynamic",
        ctx.outcome(lambda: save("dyn", new, "overwrite", "k", partitionOverwriteMode="dynamic")),
    )
    spark.conf.set("spark.sql.sources.partitionOverwriteMode", "dynamic")
    newer = spark.sql("SELECT * FROM VALUES (4, 'x'), (5, 'z') AS t(a, k)").coalesce(1)
    yield "dynamic by setting", ctx.outcome(lambda: save("dyn", newer, "overwrite", "k"))
    yield "dynamic without partitions", ctx.outcome(lambda: save("dyn2", one, "overwrite"))
    yield "dynamic without partitions, again", ctx.outcome(lambda: save("dyn2", two, "overwrite"))
    yield (
        "static by option",
        ctx.outcome(lambda: save("dyn", one, "overwrite", "k", partitionOverwriteMode="static")),
    )
    spark.conf.unset("spark.sql.sources.partitionOverwriteMode")
    yield "static", ctx.outcome(lambda: save("dyn", two, "overwrite", "k"))
    yield (
        "bad partitionOverwriteMode",
        ctx.error(lambda: save("dyn", two, "overwrite", "k", partitionOverwriteMode="what")),
    )
    yield (
        "bad setting",
        ctx.error(lambda: spark.conf.set("spark.sql.sources.partitionOverwriteMode", "what")),
    )
    for name in ("source-a", "source-b"):
        save(name, one, None)
    source = spark.read.schema("a int, k string").json(ctx.path("source-a"))
    source.coalesce(1).write.mode("append").json(ctx.path("source-a"))
    yield "after its own source", len(ctx.texts("source-a"))
    source = spark.read.schema("a int, k string").json(ctx.path("source-b"))
    yield (
        "over its own source",
        ctx.error(lambda: source.write.mode("overwrite").json(ctx.path("source-b"))),
    )
