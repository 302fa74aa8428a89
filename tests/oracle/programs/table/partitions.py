"""How do tables with partition columns write, show their columns and take more rows?"""


def run(spark, ctx):
    def rows(name):
        return ctx.snapshot(spark.table(name))

    df = spark.createDataFrame(
        [(1, "a", 10), (2, "b", 20), (3, "a", 30)], "id INT, k STRING, v INT"
    )
    df.write.partitionBy("k").saveAsTable("pt_one")
    try:
        yield "created", rows("pt_one")
        yield "schema", spark.table("pt_one").schema.simpleString()
        df.write.mode("append").partitionBy("k").saveAsTable("pt_one")
        yield "append", rows("pt_one")
        yield (
            "append with others",
            ctx.error(lambda: df.write.mode("append").partitionBy("v").saveAsTable("pt_one")),
        )
        yield (
            "append with none",
            ctx.error(lambda: df.write.mode("append").saveAsTable("pt_one")),
        )
        spark.createDataFrame([(9, 90, "z")], "id INT, v INT, k STRING").write.insertInto("pt_one")
        yield "insertInto", ctx.snapshot(spark.table("pt_one").where("k = 'z'"))
        yield (
            "partitionBy with insertInto",
            ctx.error(lambda: df.write.partitionBy("k").insertInto("pt_one")),
        )
        yield "columns", [tuple(c) for c in spark.catalog.listColumns("pt_one")]
    finally:
        spark.sql("DROP TABLE pt_one")
    yield "drop again", ctx.error(lambda: spark.sql("DROP TABLE pt_one"))
    yield (
        "no such column",
        ctx.error(lambda: df.write.partitionBy("nope").saveAsTable("pt_two")),
    )
