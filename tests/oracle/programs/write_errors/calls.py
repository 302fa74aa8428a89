"""What do the writers refuse, and in which words?"""


def run(spark, ctx):
    df = spark.sql("SELECT 1 a, 'x' b")
    count = iter(range(1000))

    def place():
        return ctx.path(f"p{next(count)}")

    cases = {
        "unknown format": lambda: df.write.format("nosuch").save(place()),
        "no path": lambda: df.write.format("json").save(),
        "path twice": lambda: df.write.option("path", place()).json(place()),
        "path twice, save": lambda: df.write.option("path", place()).format("csv").save(place()),
        "empty path": lambda: df.write.json(""),
        "stream": lambda: spark.readStream.format("rate").load().write,
        "text of two columns": lambda: df.write.text(place()),
        "text of a number": lambda: df.select("a").write.text(place()),
        "csv of an array": lambda: spark.sql("SELECT array(1) a").write.csv(place()),
        "csv of a struct": lambda: spark.sql("SELECT struct(1) a").write.csv(place()),
        "csv of a map": lambda: spark.sql("SELECT map(1, 2) a").write.csv(place()),
        "csv of null": lambda: spark.sql("SELECT null a").write.csv(place()),
        "csv of an interval": lambda: spark.sql("SELECT make_interval(1) a").write.csv(place()),
        "json of null": lambda: spark.sql("SELECT null a").write.json(place()),
        "parquet of null": lambda: spark.sql("SELECT null a").write.parquet(place()),
        "orc of null": lambda: spark.sql("SELECT null a").write.orc(place()),
        "parquet of an interval": lambda: spark.sql("SELECT make_interval(1) a").write.parquet(
            place()
        ),
        "orc of an interval": lambda: spark.sql("SELECT make_interval(1) a").write.orc(place()),
        "parquet of no columns": lambda: spark.range(1).select().write.parquet(place()),
        "csv of no columns": lambda: spark.range(1).select().write.csv(place()),
        "json of an empty struct": lambda: spark.createDataFrame([((),)], "s struct<>").write.json(
            place()
        ),
        "parquet of an empty struct": lambda: spark.createDataFrame(
            [((),)], "s struct<>"
        ).write.parquet(place()),
        "duplicates": lambda: spark.sql("SELECT 1 a, 2 A").write.json(place()),
        "duplicates nested": lambda: spark.sql("SELECT named_struct('a', 1, 'A', 2) s").write.json(
            place()
        ),
        "partition unknown": lambda: df.write.partitionBy("z").json(place()),
        "partition twice": lambda: df.write.partitionBy("a", "A").json(place()),
        "all are partitions": lambda: df.write.partitionBy("a", "b").json(place()),
        "partition of an array": lambda: (
            spark.sql("SELECT 1 v, array(1) a").write.partitionBy("a").json(place())
        ),
        "bucketBy": lambda: df.write.bucketBy(2, "a").json(place()),
        "bucketBy 0": lambda: df.write.bucketBy(0, "a").saveAsTable("t"),
        "sortBy alone": lambda: df.write.sortBy("a").json(place()),
        "bucketBy of nothing": lambda: df.write.bucketBy("a", "b"),
        "partitionBy of a column": lambda: df.write.partitionBy(df.a).json(place()),
        "maxRecordsPerFile": lambda: df.write.option("maxRecordsPerFile", "x").json(place()),
        "negative maxRecordsPerFile": lambda: df.write.option("maxRecordsPerFile", -1).json(
            place()
        ),
        "console": lambda: df.write.format("console").mode("append").save(),
        "memory": lambda: df.write.format("memory").save(),
        "rate": lambda: df.write.format("rate").save(),
        "socket": lambda: df.write.format("socket").save(),
        "noop default mode": lambda: df.write.format("noop").save(),
        "noop ignore": lambda: df.write.format("noop").mode("ignore").save(),
        "binaryFile": lambda: df.write.format("binaryFile").save(place()),
        "failing expression": lambda: spark.sql("SELECT 1 / 0 a").write.json(ctx.path("failing")),
    }
    for name, call in cases.items():
        yield name, ctx.outcome(lambda call=call: call() and "no error")
    yield "after the failure", (ctx.tmp_path / "failing" / "_SUCCESS").exists()
    df.write.format("noop").mode("overwrite").save()
    df.write.format("noop").mode("append").save()
    yield "noop", "written"
