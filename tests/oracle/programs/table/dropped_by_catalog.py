"""What do the catalog's dropTable and dropView take away, and what do they refuse?"""


def run(spark, ctx):
    catalog = spark.catalog
    try:
        spark.sql("CREATE TABLE dc_t (id INT) USING parquet")
        spark.range(1).createOrReplaceTempView("dc_v")
        yield "dropView of a table", ctx.error(lambda: catalog.dropView("dc_t"))
        yield "dropView of a table, if it exists", ctx.error(lambda: catalog.dropView("dc_t", True))
        yield "dropTable of a view", ctx.outcome(lambda: catalog.dropTable("dc_v"))
        yield "is the view there", catalog.tableExists("dc_v")
        spark.range(1).createOrReplaceTempView("dc_v")
        yield (
            "dropTable of a view, if it exists",
            ctx.outcome(lambda: catalog.dropTable("dc_v", True)),
        )
        yield "is it there then", catalog.tableExists("dc_v")
        spark.range(1).createOrReplaceTempView("dc_v")
        yield "dropTable", ctx.outcome(lambda: catalog.dropTable("dc_t"))
        yield "gone", catalog.tableExists("dc_t")
        yield "dropTable again", ctx.error(lambda: catalog.dropTable("dc_t"))
        yield "dropTable if exists", ctx.outcome(lambda: catalog.dropTable("dc_t", ifExists=True))
        spark.sql("CREATE TABLE dc_t (id INT) USING parquet")
        yield "purge", ctx.outcome(lambda: catalog.dropTable("default.dc_t", purge=True))
        yield "dropView of a temporary view", ctx.outcome(lambda: catalog.dropView("dc_v"))
        yield "is it gone", catalog.tableExists("dc_v")
        yield "dropView unknown", ctx.error(lambda: catalog.dropView("dc_w"))
        yield "dropView if exists", ctx.outcome(lambda: catalog.dropView("dc_w", True))
        yield "of another catalog", ctx.error(lambda: catalog.dropTable("nope.default.dc_t"))
    finally:
        catalog.dropTempView("dc_v")
        spark.sql("DROP TABLE IF EXISTS dc_t")
