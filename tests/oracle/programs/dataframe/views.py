"""Temporary views: create, replace, drop, list, read."""


def run(spark, ctx):
    df = spark.range(3)
    df.createTempView("t")
    yield "table", spark.table("t")
    yield "sql", spark.sql("SELECT id + 1 AS next FROM t")
    yield "again", ctx.error(lambda: df.createTempView("t"))
    spark.range(1).createOrReplaceTempView("t")
    yield "replaced", spark.table("t").count()
    yield "exists", [spark.catalog.tableExists("t"), spark.catalog.tableExists("nope")]
    yield "listed", [[t.name, t.isTemporary, t.tableType] for t in spark.catalog.listTables()]
    yield "case of names", spark.table("T").count()
    yield "dropped", [spark.catalog.dropTempView("t"), spark.catalog.dropTempView("t")]
    yield "gone", ctx.error(lambda: spark.table("t"))
    yield "bad name", ctx.error(lambda: df.createTempView("a b"))
    yield "name of two parts", ctx.error(lambda: df.createTempView("a.b"))
    yield (
        "global",
        [
            df.createOrReplaceGlobalTempView("g"),
            spark.table("global_temp.g").count(),
            spark.catalog.dropGlobalTempView("g"),
        ],
    )
