"""Names that begin with a point or an underscore are not data."""


def run(spark, ctx):
    for name in [
        "f/a.json",
        "f/_b.json",
        "f/.c.json",
        "f/_SUCCESS",
        "f/d",
        "f/e.txt",
        "f/g.json.tmp",
    ]:
        ctx.write_lines(name, [f'{{"n":"{name}"}}'])
    ctx.write_lines("f2/_hidden/a.json", ['{"n":"hidden folder"}'])
    ctx.write_lines("f2/b.json", ['{"n":"plain"}'])
    reader = spark.read.schema("n string")
    yield "folder", reader.json(ctx.path("f"))
    yield "hidden folder", reader.json(ctx.path("f2"))
    yield (
        "asked for by name",
        ctx.outcome(lambda: [row.n for row in reader.json(ctx.path("f/_b.json")).collect()]),
    )
    yield (
        "by glob",
        ctx.outcome(lambda: sorted(row.n for row in reader.json(ctx.path("f/*b*")).collect())),
    )
