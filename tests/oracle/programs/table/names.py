"""Which names does a table answer to, and what is said of one that is not there?"""


def run(spark, ctx):
    df = spark.createDataFrame([(1, "a")], "id INT, k STRING")
    try:
        df.write.saveAsTable("Na_One")
        yield "case", ctx.snapshot(spark.table("NA_ONE"))
        yield "quoted", ctx.snapshot(spark.table("`default`.`na_one`"))
        yield "column by table", ctx.snapshot(spark.sql("SELECT na_one.id FROM na_one"))
        yield "column by alias", ctx.snapshot(spark.sql("SELECT x.id FROM na_one AS x"))
        yield (
            "column by whole name",
            ctx.snapshot(spark.sql("SELECT default.na_one.id FROM default.na_one")),
        )
        yield (
            "column by catalog",
            ctx.snapshot(
                spark.sql(
                    "SELECT spark_catalog.default.na_one.id FROM spark_catalog.default.na_one"
                )
            ),
        )
        yield (
            "join with itself",
            ctx.snapshot(spark.sql("SELECT a.id, b.k FROM na_one a JOIN na_one b ON a.id = b.id")),
        )
        for name in ("na_nope", "default.na_nope", "nope.na_one", "spark_catalog.nope.na_one"):
            yield f"table {name}", ctx.error(lambda name=name: spark.table(name))
            yield (
                f"insertInto {name}",
                ctx.error(lambda name=name: df.write.insertInto(name)),
            )
        for name in ("nope.na_two", "na two", "na-two", ""):
            yield (
                f"saveAsTable {name!r}",
                ctx.error(lambda name=name: df.write.saveAsTable(name)),
            )
        yield (
            "view of a table",
            ctx.error(lambda: spark.sql("CREATE VIEW na_one AS SELECT 1 AS one")),
        )
        df.createOrReplaceTempView("na_view")
        yield (
            "save over a view",
            ctx.outcome(lambda: df.write.mode("overwrite").saveAsTable("na_view")),
        )
        yield "table of the view's name", ctx.snapshot(spark.table("default.na_view"))
        yield "insert into a view", ctx.error(lambda: df.write.insertInto("na_view"))
        yield (
            "insert into a view in SQL",
            ctx.error(lambda: spark.sql("INSERT INTO na_view VALUES (1, 'a')")),
        )
    finally:
        spark.catalog.dropTempView("na_view")
        spark.sql("DROP TABLE IF EXISTS na_one")
        spark.sql("DROP TABLE IF EXISTS na_view")
