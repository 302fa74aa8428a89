"""A stream of each format reads what a table of it reads."""

import shutil


def run(spark, ctx):
    ctx.write_lines("csv/1.csv", ["a,b", "1,x", "2,"])
    ctx.write_lines("csv/2.csv", ["a,b", "3,y"])
    typed = spark.readStream.schema("a int, b string")
    yield "csv", ctx.run_query(typed.csv(ctx.path("csv"), header=True), "q_csv")
    ctx.write_lines("text/1.txt", ["one", "two"])
    yield "text", ctx.run_query(spark.readStream.text(ctx.path("text")), "q_text")
    (ctx.tmp_path / "parquet").mkdir()
    shutil.copy(ctx.fixture("parquet/codec_none.parquet"), ctx.path("parquet/1.parquet"))
    stream = spark.readStream.schema("id long, v string")
    yield "parquet", ctx.run_query(stream.parquet(ctx.path("parquet")), "q_parquet")
    (ctx.tmp_path / "orc").mkdir()
    shutil.copy(ctx.fixture("orc/codec_none.orc"), ctx.path("orc/1.orc"))
    yield "orc", ctx.run_query(stream.orc(ctx.path("orc")), "q_orc")
    ctx.write_lines("parts/k=1/1.json", ['{"a":1}'])
    ctx.write_lines("parts/k=2/1.json", ['{"a":2}'])
    parts = spark.readStream.schema("a int, k int").json(ctx.path("parts"))
    yield "partitions", ctx.run_query(parts, "q_parts")
    bare = spark.readStream.schema("a int").json(ctx.path("parts"))
    yield "partitions without a schema", ctx.run_query(bare, "q_bare")
    yield "partitions' schema", bare.schema.simpleString()
    files = parts.select("a", "_metadata.file_name")
    yield "metadata", ctx.run_query(files, "q_meta")
    ctx.write_bytes("empty/1.json", b"")
    empty = spark.readStream.schema("a int").json(ctx.path("empty"))
    yield "empty file", ctx.run_query(empty, "q_empty")
    yield (
        "glob",
        ctx.run_query(
            spark.readStream.schema("a int").json(ctx.path("parts/k=*/*.json")), "q_glob"
        ),
    )
    yield "csv without a schema", ctx.error(lambda: spark.readStream.csv(ctx.path("csv")))
    yield "text's schema", spark.readStream.text(ctx.path("text")).schema.simpleString()
    spark.conf.set("spark.sql.streaming.schemaInference", "true")
    inferred = spark.readStream.json(ctx.path("parts"))
    yield "inferred", inferred.schema.simpleString()
    yield "inferred rows", ctx.run_query(inferred, "q_inferred")
    yield "inferred csv", spark.readStream.csv(ctx.path("csv"), header=True).schema.simpleString()
    spark.conf.unset("spark.sql.streaming.schemaInference")
