"""A stream joined with a table that stands still."""


def run(spark, ctx):
    ctx.write_lines("in/1.json", ['{"k":"a","v":1}', '{"k":"b","v":2}', '{"k":null,"v":3}'])
    df = spark.readStream.schema("k string, v int").json(ctx.path("in"))
    names = spark.createDataFrame([("a", "Anna"), ("c", "Carl")], "k string, name string")
    yield "inner", ctx.run_query(df.join(names, "k"), "inner_join")
    yield "left", ctx.run_query(df.join(names, "k", "left"), "left_join")
    yield (
        "grouped",
        ctx.run_query(df.join(names, "k").groupBy("name").count(), "grouped_join", "complete"),
    )
    yield "streaming", [df.join(names, "k").isStreaming, names.join(df, "k").isStreaming]
    yield (
        "the wrong side",
        ctx.error(lambda: ctx.start_memory(df.join(names, "k", "right"), "right_join")),
    )
