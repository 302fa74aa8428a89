"""Files that are no Parquet, or half of one."""


def run(spark, ctx):
    half = ctx.fixture("parquet/truncated.parquet")
    text = ctx.write_lines("text.parquet", ["this is no parquet at all"])
    empty = ctx.write_bytes("empty.parquet", b"")
    read = spark.read.schema("id long")
    yield "truncated", ctx.error(lambda: read.parquet(half).collect())
    yield "text", ctx.error(lambda: read.parquet(text).collect())
    yield "empty", ctx.outcome(lambda: read.parquet(empty).count())
    yield "truncated, inferred", ctx.error(lambda: spark.read.parquet(half))
    spark.conf.set("spark.sql.files.ignoreCorruptFiles", "true")
    good = ctx.fixture("parquet/codec_none.parquet")
    yield "ignored", read.parquet(half, good)
    yield "ignored text", read.parquet(text, good)
    yield "ignored in inference", ctx.outcome(lambda: spark.read.parquet(text, good).count())
    yield "all ignored", ctx.error(lambda: spark.read.parquet(half))
    spark.conf.unset("spark.sql.files.ignoreCorruptFiles")
    yield "by option", read.option("ignoreCorruptFiles", True).parquet(half, good)
    yield "no files", ctx.error(lambda: spark.read.parquet(ctx.path("nowhere")))
    (ctx.tmp_path / "folder").mkdir()
    yield "empty folder", ctx.error(lambda: spark.read.parquet(ctx.path("folder")))
