"""Names that occur twice: in schemas, in views, in files, in references."""


def run(spark, ctx):
    path = ctx.write_lines("a.json", ['{"a":1}'])
    yield "schema", ctx.error(lambda: spark.read.schema("a int, a string").json(path).collect())
    yield (
        "schema in two cases",
        ctx.error(lambda: spark.read.schema("a int, A string").json(path).collect()),
    )
    yield (
        "stream",
        ctx.outcome(lambda: spark.readStream.schema("a int, a int").json(ctx.path("")).columns),
    )
    twice = spark.range(1).selectExpr("id", "id")
    yield "view", ctx.outcome(lambda: twice.createOrReplaceTempView("v"))
    yield "the same column twice", ctx.outcome(lambda: spark.sql("SELECT id FROM v").columns)
    spark.range(1).selectExpr("id", "id + 1 AS id").createOrReplaceTempView("w")
    yield "select from it", ctx.error(lambda: spark.sql("SELECT id FROM w"))
    yield (
        "withColumns",
        ctx.error(
            lambda: spark.range(1).withColumns({"x": spark.range(1).id, "X": spark.range(1).id})
        ),
    )
    yield (
        "join",
        ctx.error(lambda: spark.range(1).alias("l").join(spark.range(1).alias("r")).select("id")),
    )
    yield "write", ctx.error(lambda: twice.write.json(ctx.path("out")))
    yield "struct field", ctx.error(lambda: spark.sql("SELECT named_struct('a', 1, 'A', 2).a"))
