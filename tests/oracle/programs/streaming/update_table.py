"""Counts in update mode: the memory table gets every changed row again."""


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"k":"a","v":1}', '{"k":"b","v":2}'])
    df = spark.readStream.schema("k string, v int").json(ctx.path("in"))
    with ctx.running(df.groupBy("k").sum("v"), "sums", "update") as query:
        query.processAllAvailable()
        yield "after one", ctx.snapshot(spark.table("sums"))
        ctx.write_lines("in/2.json", ['{"k":"a","v":10}'])
        query.processAllAvailable()
        yield "after two", ctx.snapshot(spark.table("sums"))
        ctx.write_lines("in/3.json", ['{"k":"c","v":5}', '{"k":null,"v":7}', '{"k":"b","v":null}'])
        query.processAllAvailable()
        yield "after three", ctx.snapshot(spark.table("sums"))
