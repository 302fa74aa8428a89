"""What does the catalog's truncateTable leave of a table, and what does it refuse?"""


def run(spark, ctx):
    catalog = spark.catalog
    try:
        spark.sql("CREATE TABLE tc_a (id INT, p INT) USING parquet PARTITIONED BY (p)")
        spark.sql("INSERT INTO tc_a VALUES (1, 1), (2, 2)")
        yield "truncate", ctx.outcome(lambda: catalog.truncateTable("tc_a"))
        yield "rows", ctx.snapshot(spark.table("tc_a"))
        yield "schema", spark.table("tc_a").schema.simpleString()
        spark.sql("INSERT INTO tc_a VALUES (3, 1)")
        yield "filled again", ctx.snapshot(spark.table("tc_a"))
        folder = ctx.path("outside")
        spark.range(2).write.json(folder)
        catalog.createTable("tc_b", path=folder, source="json")
        yield "external", ctx.error(lambda: catalog.truncateTable("tc_b"))
        yield "rows of it", spark.table("tc_b").count()
        spark.range(1).createOrReplaceTempView("tc_v")
        yield "a view", ctx.error(lambda: catalog.truncateTable("tc_v"))
        yield "unknown", ctx.error(lambda: catalog.truncateTable("tc_nope"))
    finally:
        catalog.dropTempView("tc_v")
        for name in ("tc_a", "tc_b"):
            spark.sql(f"DROP TABLE IF EXISTS {name}")
