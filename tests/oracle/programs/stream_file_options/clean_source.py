"""cleanSource: which files are deleted or archived, and where to."""

import os


def names(folder):
    found = []
    for root, _, files in os.walk(folder):
        found += [os.path.relpath(os.path.join(root, f), folder) for f in files]
    return sorted(found)


def run(spark, ctx):
    spark.conf.set("spark.sql.streaming.fileSource.cleaner.numThreads", "0")
    for n in range(3):
        ctx.write_lines(f"d/{n}.json", [f'{{"n":{n}}}'])
        ctx.write_lines(f"a/sub x/{n}.json", [f'{{"n":{n}}}'])
    reader = spark.readStream.schema("n int").option("maxFilesPerTrigger", 1)
    deleting = reader.option("cleanSource", "delete").json(ctx.path("d"))
    yield "rows", ctx.run_query(deleting, "q_delete")
    yield "deleted", names(ctx.path("d"))
    archiving = (
        spark.readStream.schema("n int")
        .option("maxFilesPerTrigger", 1)
        .option("cleanSource", "ARCHIVE")
        .option("sourceArchiveDir", ctx.path("old"))
        .json(ctx.path("a/*"))
    )
    yield "archived rows", ctx.run_query(archiving, "q_archive")
    yield "left", names(ctx.path("a"))
    yield "archived", [name.split("/a/", 1)[1] for name in names(ctx.path("old"))]
    spark.conf.unset("spark.sql.streaming.fileSource.cleaner.numThreads")
