"""Empty files, empty folders, files of empty lines, and a file without a last newline."""


def run(spark, ctx):
    ctx.write_bytes("empty/a.json", b"")
    ctx.write_bytes("blank/a.json", b"\n\n  \n\t\n")
    ctx.write_bytes("open/a.json", b'{"a":1}\n{"a":2}')
    ctx.write_bytes("gaps/a.json", b'\n{"a":1}\n\n\n{"a":2}\n\n')
    (ctx.tmp_path / "nothing").mkdir()
    for name in ["empty", "blank", "open", "gaps", "nothing"]:
        yield name, spark.read.schema("a int").json(ctx.path(name))
    yield "count of blank", spark.read.schema("a int").json(ctx.path("blank")).count()
    yield "inferred from an empty file", spark.read.json(ctx.path("empty"))
    yield "inferred from no file", ctx.error(lambda: spark.read.json(ctx.path("nothing")))
