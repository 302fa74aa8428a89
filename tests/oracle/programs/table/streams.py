"""How do streams write to a table and read from one?"""


def run(spark, ctx):
    source = ctx.path("in")
    ctx.write_lines("in/1.json", ['{"id": 1, "k": "a"}', '{"id": 2, "k": "b"}'])

    def stream():
        return spark.readStream.schema("id INT, k STRING").json(source)

    def run_to(writer, name, folder="check"):
        query = writer.option("checkpointLocation", ctx.path(folder)).toTable(name)
        query.processAllAvailable()
        query.stop()

    try:
        run_to(stream().writeStream, "st_one")
        yield "first", ctx.snapshot(spark.table("st_one"))
        ctx.write_lines("in/2.json", ['{"id": 3, "k": "c"}'])
        run_to(stream().writeStream, "st_one")
        yield "again", ctx.snapshot(spark.table("st_one"))
        yield "kind", [tuple(t) for t in spark.catalog.listTables(pattern="st_one")]
        back = spark.readStream.table("st_one")
        yield "schema", back.schema.simpleString()
        yield "streams", back.isStreaming
        query = back.writeStream.format("memory").queryName("st_rows").start()
        query.processAllAvailable()
        yield "read", ctx.snapshot(spark.table("st_rows"))
        ctx.write_lines("in/3.json", ['{"id": 4, "k": "d"}'])
        run_to(stream().writeStream, "st_one")
        query.processAllAvailable()
        yield "read on", ctx.snapshot(spark.table("st_rows"))
        query.stop()
        run_to(stream().writeStream.format("json").partitionBy("k"), "st_two", "check2")
        yield "partitioned", ctx.snapshot(spark.table("st_two"))
        batch = spark.createDataFrame([(5, "e")], "id INT, k STRING")
        batch.write.saveAsTable("st_three")
        run_to(stream().writeStream, "st_three", "check3")
        yield "into a table of batches", ctx.snapshot(spark.table("st_three"))
        counts = stream().groupBy("k").count()
        yield (
            "complete",
            ctx.error(lambda: run_to(counts.writeStream.outputMode("complete"), "st_four", "c4")),
        )
        yield "unknown", ctx.error(lambda: spark.readStream.table("st_nope"))
        yield (
            "no checkpoint",
            ctx.error(lambda: stream().writeStream.toTable("st_five")),
        )
        spark.range(1).createOrReplaceTempView("st_view")
        yield (
            "into a view",
            ctx.error(lambda: run_to(stream().writeStream, "st_view", "c6")),
        )
        yield "batch view as stream", ctx.error(lambda: spark.readStream.table("st_view"))
    finally:
        spark.catalog.dropTempView("st_view")
        spark.catalog.dropTempView("st_rows")
        for name in ("st_one", "st_two", "st_three", "st_four", "st_five"):
            spark.sql(f"DROP TABLE IF EXISTS {name}")
