"""What does saveAsTable do by mode, and what is refused?"""


def run(spark, ctx):
    def rows(name):
        return ctx.snapshot(spark.table(name))

    df = spark.createDataFrame([(1, "a"), (2, "b")], "id INT, name STRING")
    more = spark.createDataFrame([(3, "c")], "id INT, name STRING")
    df.write.saveAsTable("sm_one")
    try:
        yield "created", rows("sm_one")
        yield "again", ctx.error(lambda: df.write.saveAsTable("sm_one"))
        yield "errorifexists", ctx.error(lambda: df.write.mode("error").saveAsTable("SM_ONE"))
        more.write.mode("append").saveAsTable("sm_one")
        yield "append", rows("sm_one")
        more.write.mode("ignore").saveAsTable("sm_one")
        yield "ignore", rows("sm_one")
        swapped = more.select("name", "id")
        swapped.write.mode("append").saveAsTable("sm_one")
        yield "append by name", rows("sm_one")
        wide = more.selectExpr("*", "1 AS extra")
        yield (
            "too many columns",
            ctx.error(lambda: wide.write.mode("append").saveAsTable("sm_one")),
        )
        other = more.selectExpr("id", "name AS other")
        yield "other names", ctx.error(lambda: other.write.mode("append").saveAsTable("sm_one"))
        yield (
            "other format",
            ctx.error(lambda: more.write.mode("append").format("json").saveAsTable("sm_one")),
        )
        more.selectExpr("id", "name", "id * 2 AS twice").write.mode("overwrite").format(
            "json"
        ).saveAsTable("sm_one")
        yield "overwrite", rows("sm_one")
        yield "read.table", ctx.snapshot(spark.read.table("sm_one"))
        yield "default database", ctx.snapshot(spark.table("default.SM_One"))
        yield "whole name", ctx.snapshot(spark.table("spark_catalog.default.sm_one"))
        yield "sql", ctx.snapshot(spark.sql("SELECT sm_one.twice FROM sm_one"))
        yield "exists", spark.catalog.tableExists("sm_one")
        yield "exists with database", spark.catalog.tableExists("default.sm_one")
    finally:
        spark.sql("DROP TABLE IF EXISTS sm_one")
    yield "gone", spark.catalog.tableExists("sm_one")
    yield "gone table", ctx.error(lambda: spark.table("sm_one"))
