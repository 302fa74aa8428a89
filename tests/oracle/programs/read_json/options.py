"""Options by every way to give them; reading from an RDD of texts and the file's metadata."""


def run(spark, ctx):
    path = ctx.write_lines("a.json", ['{"a":1,"b":"x"}', '{"a":"bad"}'])
    by_keyword = spark.read.json(path, schema="a int, b string", mode="DROPMALFORMED")
    yield "keywords", by_keyword
    by_options = spark.read.options(mode="DROPMALFORMED").schema("a int, b string").json(path)
    yield "options", by_options
    upper = spark.read.option("MODE", "DROPMALFORMED").schema("a int, b string").json(path)
    yield "names in any case", upper
    yield (
        "file name",
        spark.read.schema("a int")
        .json(path)
        .selectExpr("a", "_metadata.file_name AS name", "_metadata.file_size AS size"),
    )
    yield (
        "input_file_name",
        spark.read.schema("a int")
        .json(path)
        .selectExpr("substring_index(input_file_name(), '/', -1) AS name")
        .distinct(),
    )
