"""The reader's calls: formats by name, several paths, load without a format, wrong arguments."""


def run(spark, ctx):
    path = ctx.write_lines("a.json", ['{"a":1}'])
    other = ctx.write_lines("b.json", ['{"a":2}'])
    yield "load", spark.read.format("json").load(path)
    yield "load of two", spark.read.format("json").load([path, other])
    yield "format as an argument", spark.read.load(path, format="json", schema="a long")
    yield "option path", spark.read.format("json").option("path", path).load()
    yield "format in capitals", spark.read.format("JSON").load(path)
    yield (
        "class name",
        ctx.outcome(lambda: spark.read.format("org.apache.spark.sql.json").load(path).count()),
    )
    yield "unknown format", ctx.error(lambda: spark.read.format("nosuch").load(path))
    spark.conf.set("spark.sql.sources.default", "json")
    yield "by default", spark.read.load(path)
    spark.conf.unset("spark.sql.sources.default")
    yield "sql", spark.sql(f"SELECT a FROM json.`{path}` AS t WHERE t.a = 1")
    yield "sql of an unknown format", ctx.error(lambda: spark.sql(f"SELECT * FROM nosuch.`{path}`"))
    yield "schema of the wrong type", ctx.error(lambda: spark.read.schema(5))
    yield "no schema for parquet", ctx.error(lambda: spark.read.parquet())
    yield "text with a schema", spark.read.schema("x string").format("text").load(path)
    missing = spark.read.schema("a long").json(path)
    (ctx.tmp_path / "a.json").unlink()
    yield "vanished", ctx.error(lambda: missing.collect())
    ignoring = spark.read.schema("a long").option("ignoreMissingFiles", True)
    lost = ctx.write_lines("c.json", ['{"a":3}'])
    df = ignoring.json([lost, other])
    (ctx.tmp_path / "c.json").unlink()
    yield "vanished and ignored", df
