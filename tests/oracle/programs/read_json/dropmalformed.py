"""DROPMALFORMED: a record with anything wrong is left out."""


def run(spark, ctx):
    path = ctx.write_lines(
        "a.json", ['{"a":1,"b":"x"}', '{"a":"one","b":"y"}', '{"a":1,"b":', "", "null", '{"b":"z"}']
    )
    reader = spark.read.option("mode", "DROPMALFORMED")
    yield "rows", reader.schema("a int, b string").json(path)
    yield "one column", reader.schema("a int, b string").json(path).select("b")
    yield "count", reader.schema("a int, b string").json(path).count()
    yield "with a column for the text", reader.schema("a int, _corrupt_record string").json(path)
