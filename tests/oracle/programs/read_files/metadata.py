"""The hidden column _metadata, input_file_name, inputFiles."""


def run(spark, ctx):
    ctx.write_lines("t/a b.json", ['{"n":1}', '{"n":2}'])
    ctx.write_lines("t/k.json", ['{"n":3}'])
    df = spark.read.schema("n int").json(ctx.path("t"))
    yield "names", df.select("n", "_metadata.file_name", "_metadata.file_size")
    yield "times", df.select("n", "_metadata.file_modification_time")
    yield "blocks", df.selectExpr("_metadata.file_block_start AS s", "_metadata.file_block_length")
    yield "path", df.selectExpr("substring_index(_metadata.file_path, '/', -2) AS p")
    yield "schema", df.select("_metadata").schema.json()
    yield "star", df.select("*")
    yield "star and", df.select("*", "_metadata.file_name")
    yield "filter", df.where("_metadata.file_name = 'k.json'")
    yield "through a projection", df.select("n").select("_metadata.file_name")
    yield "through filter", df.where("n > 1").select("n", "_metadata.file_name")
    yield "group", df.groupBy("_metadata.file_name").count()
    yield "field", df.select(df["_metadata"]["file_name"].alias("x"))
    yield "unknown field", ctx.error(lambda: df.select("_metadata.nosuch"))
    grouped = df.groupBy("n").count()
    yield "after grouping", ctx.error(lambda: grouped.select("_metadata"))
    local = spark.createDataFrame([(1,)], "n int")
    yield "of no file", ctx.error(lambda: local.select("_metadata"))
    yield "input_file_name", df.selectExpr("n", "substring_index(input_file_name(), '/', -1) AS f")
    yield "of no file by name", local.selectExpr("input_file_name() AS f")
    yield "input files", sorted(name.rsplit("/", 1)[1] for name in df.inputFiles())
    yield "input files of a filter", len(df.where("n = 1").inputFiles())
    yield "input files of nothing", local.inputFiles()
    ctx.write_lines("own/a.json", ['{"_metadata":7}'])
    own = spark.read.schema("_metadata int").json(ctx.path("own"))
    yield "a column of that name", own.select("_metadata")
    parts = spark.read.parquet(ctx.fixture("parquet/codec_none.parquet"))
    yield "parquet", parts.select("id", "_metadata.file_name")
    yield (
        "row index",
        ctx.outcome(lambda: [r[0] for r in parts.select("_metadata.row_index").collect()]),
    )
    yield "view", ctx.error(lambda: view(spark, df, "_metadata.file_name"))
    yield "view by its name", ctx.error(lambda: view(spark, df, "files._metadata.file_name"))


def view(spark, df, name):
    df.createOrReplaceTempView("files")
    return spark.sql(f"SELECT {name} AS f, n FROM files WHERE n < 3")
