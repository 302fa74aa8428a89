"""Fields that the file lacks, fields that the schema lacks, names in another case."""


def run(spark, ctx):
    path = ctx.write_lines(
        "a.json",
        ['{"a":1,"x":9}', '{"b":"t"}', "{}", '{"A":5}', '{"a":null,"b":null}', '{"a":1,"a":2}'],
    )
    yield "fields", spark.read.schema("a int, b string").json(path)
    yield "nothing in common", spark.read.schema("q int").json(path)
    spark.conf.set("spark.sql.caseSensitive", "true")
    yield "case sensitive", spark.read.schema("a int, b string").json(path)
    yield "both cases", spark.read.schema("a int, A int").json(path)
