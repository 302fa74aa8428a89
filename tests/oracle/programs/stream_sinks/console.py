"""What does the console sink print: layout, numRows, truncate, modes, empty batches?"""


def run(spark, ctx):
    ctx.write_lines("in/0.json", ['{"k":"a","v":1}', '{"k":"b","v":2}', '{"k":"a","v":3}'])
    ctx.write_lines("in/1.json", ['{"k":"' + "long " * 8 + '","v":null}'])
    rows = spark.readStream.schema("k string, v int").option("maxFilesPerTrigger", 1)
    rows = rows.json(ctx.path("in"))
    counts = rows.groupBy("k").count()

    def drain(df, mode="append", **options):
        def action():
            writer = df.writeStream.format("console").outputMode(mode).options(**options)
            query = writer.trigger(availableNow=True).start()
            query.awaitTermination()
            query.stop()

        return action

    one = counts.orderBy("k")
    for name, df, mode, options in (
        ("append", rows, "append", {}),
        ("complete", one, "complete", {}),
        ("two rows", rows, "append", {"numRows": 2}),
        ("one row", rows, "append", {"numRows": 1}),
        ("no rows", rows, "append", {"numRows": 0}),
        ("not cut", rows, "append", {"truncate": False}),
        ("cut text", rows, "append", {"truncate": "true"}),
        ("nothing left", rows.where("v > 100"), "append", {}),
        ("types", rows.selectExpr("struct(k, v) s", "array(v) a", "map(k, v) m"), "append", {}),
    ):
        yield name, ctx.console(drain(df, mode, **options))
    for name, options in (
        ("numRows of a word", {"numRows": "many"}),
        ("truncate of a word", {"truncate": "perhaps"}),
        ("truncate of a number", {"truncate": 5}),
        ("negative numRows", {"numRows": -1}),
    ):
        yield name, ctx.outcome(lambda o=options: drain(rows, **o)())
