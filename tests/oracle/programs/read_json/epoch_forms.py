"""Forms of a number where a timestamp is wanted: floats, exponents, texts, huge values."""


def run(spark, ctx):
    values = ["1.5", "1e3", "-1.25", '"0"', '"1469501107"', "true", "[1]", "{}", '""']
    for value in values:
        path = ctx.write_lines(f"v{values.index(value)}.json", [f'{{"t":{value},"n":1}}'])
        df = spark.read.schema("t timestamp, n int").json(path)
        yield f"as timestamp: {value}", df
    ctx.write_lines("v9.json", ['{"t":1469501107000,"n":1}'])
    far = spark.read.schema("t timestamp").json(ctx.path("v9.json"))
    yield "far away", far.selectExpr("cast(t AS string) AS text", "cast(t AS long) AS seconds")
    yield "as timestamp_ntz", spark.read.schema("t timestamp_ntz, n int").json(ctx.path("v9.json"))
    yield "as long", spark.read.schema("t long, n int").json(ctx.path("v9.json"))
