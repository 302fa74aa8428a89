"""May a stream into a table name a format, columns of partitions or a function?"""


def run(spark, ctx):
    ctx.write_lines("in/a.json", ['{"k":"a","v":1}'])
    spark.sql("CREATE TABLE sf_plain (k STRING, v INT) USING parquet")
    spark.sql("CREATE TABLE sf_parts (v INT, k STRING) USING parquet PARTITIONED BY (k)")
    calls = []

    def writer(folder):
        rows = spark.readStream.schema("k STRING, v INT").json(ctx.path("in"))
        return rows.writeStream.option("checkpointLocation", ctx.path(folder))

    def written(writer, name):
        query = writer.toTable(name)
        query.processAllAvailable()
        query.stop()
        return spark.table(name).count()

    try:
        plain = "sf_plain"
        yield "same", ctx.outcome(lambda: written(writer("a").format("parquet"), plain))
        yield "json", ctx.outcome(lambda: written(writer("b").format("json"), plain))
        yield "console", ctx.outcome(lambda: written(writer("c").format("console"), plain))
        each = writer("d").foreach(lambda row: None)
        yield "foreach", ctx.outcome(lambda: written(each, plain))
        batch = writer("e").foreachBatch(lambda df, n: calls.append(n))
        yield "foreachBatch", ctx.outcome(lambda: written(batch, plain))
        yield "calls", calls
        parted = writer("f").partitionBy("k")
        yield "partitions of its own", ctx.outcome(lambda: written(parted, plain))
        yield "partitions of the table", ctx.outcome(lambda: written(writer("g"), "sf_parts"))
    finally:
        spark.sql("DROP TABLE sf_plain")
        spark.sql("DROP TABLE sf_parts")
