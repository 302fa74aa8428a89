"""What do the catalog's calls say of tables and views?"""


def run(spark, ctx):
    try:
        spark.sql(
            "CREATE TABLE cc_a (id INT, k STRING) USING parquet PARTITIONED BY (k) COMMENT 'hi'"
        )
        spark.range(3).createOrReplaceTempView("cc_v")
        yield "listTables", [tuple(t) for t in spark.catalog.listTables(pattern="cc_*")]
        yield "getTable", tuple(spark.catalog.getTable("cc_a"))
        yield "getTable view", tuple(spark.catalog.getTable("cc_v"))
        yield "getTable unknown", ctx.error(lambda: spark.catalog.getTable("cc_nope"))
        yield "listColumns", [tuple(c) for c in spark.catalog.listColumns("cc_a")]
        yield "show tables", spark.sql("SHOW TABLES").where("tableName LIKE 'cc_%'")
        yield "show tables like", spark.sql("SHOW TABLES LIKE 'cc_a*'")
        yield "show tables in", spark.sql("SHOW TABLES IN default LIKE 'cc_a*'")
        folder = ctx.path("external")
        spark.range(2).write.json(folder)
        made = spark.catalog.createTable("cc_b", path=folder, source="json")
        yield "createTable", ctx.snapshot(made)
        yield "external", tuple(spark.catalog.getTable("cc_b"))
        made = spark.catalog.createTable("cc_c", source="csv", schema=spark.table("cc_a").schema)
        yield "createTable with schema", ctx.snapshot(made)
        yield (
            "createTable again",
            ctx.error(lambda: spark.catalog.createTable("cc_c", source="csv", schema=made.schema)),
        )
        yield "dropTempView of a table", spark.catalog.dropTempView("cc_a")
        yield "exists", [spark.catalog.tableExists(n) for n in ("cc_a", "cc_v", "CC_B", "cc_z")]
        yield "exists in", spark.catalog.tableExists("cc_a", "default")
        yield (
            "listTables of",
            [t.name for t in spark.catalog.listTables("default") if t.name.startswith("cc_")],
        )
        yield "listTables nowhere", ctx.error(lambda: spark.catalog.listTables("nope"))
    finally:
        spark.catalog.dropTempView("cc_v")
        for name in ("cc_a", "cc_b", "cc_c"):
            spark.sql(f"DROP TABLE IF EXISTS {name}")
