"""A file stream wants a schema; options and schemas that it refuses."""


def run(spark, ctx):
    path = ctx.write_lines("in/a.json", ['{"a":1}'])
    folder = ctx.path("in")
    yield "no schema", ctx.error(lambda: spark.readStream.json(folder))
    yield "no schema, format", ctx.error(lambda: spark.readStream.format("json").load(folder))
    yield (
        "a file for a folder",
        ctx.outcome(lambda: spark.readStream.schema("a int").json(path).isStreaming),
    )
    yield "bad schema", ctx.error(lambda: spark.readStream.schema(5))
    yield "bad DDL", ctx.error(lambda: spark.readStream.schema("a nosuch").json(folder))
    spark.conf.set("spark.sql.streaming.schemaInference", "true")
    yield "inference allowed", spark.readStream.json(folder).schema.jsonValue()
