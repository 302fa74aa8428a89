"""FAILFAST: the first bad record is an error, when the data is read and not before."""


def run(spark, ctx):
    good = ctx.write_lines("good.json", ['{"a":1}', '{"a":null}'])
    bad = ctx.write_lines("bad.json", ['{"a":1}', '{"a":"one"}'])
    torn = ctx.write_lines("torn.json", ['{"a":1'])
    reader = spark.read.schema("a int").option("mode", "FAILFAST")
    yield "good", reader.json(good)
    lazy = reader.json(bad)
    yield "nothing is read yet", lazy.columns
    yield "bad type", ctx.error(lazy.collect)
    yield "torn", ctx.error(reader.json(torn).collect)
    yield "show", ctx.error(reader.json(torn).show)
    yield (
        "unknown mode",
        ctx.outcome(
            lambda: spark.read.schema("a int").option("mode", "SOMETIMES").json(bad).count()
        ),
    )
    yield "inference", ctx.error(lambda: spark.read.option("mode", "FAILFAST").json(torn))
