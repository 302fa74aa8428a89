"""Which partitions does the catalog list of a table?"""


def run(spark, ctx):
    catalog = spark.catalog
    try:
        spark.sql("CREATE TABLE pc_one (id INT, p INT) USING parquet PARTITIONED BY (p)")
        yield "none yet", [tuple(p) for p in catalog.listPartitions("pc_one")]
        spark.sql("INSERT INTO pc_one VALUES (1, 2), (2, 10), (3, NULL), (4, 2)")
        yield "one level", [tuple(p) for p in catalog.listPartitions("pc_one")]
        spark.sql("CREATE TABLE pc_two (id INT, d DATE, k STRING) USING json PARTITIONED BY (d, k)")
        spark.sql(
            "INSERT INTO pc_two VALUES (1, DATE'2026-01-02', 'b/c'), (2, DATE'2026-01-02', 'a b'),"
            " (3, DATE'2025-12-31', '')"
        )
        yield "two levels", [p.partition for p in catalog.listPartitions("default.pc_two")]
        spark.sql("CREATE TABLE pc_no (id INT) USING parquet")
        yield "not partitioned", ctx.error(lambda: catalog.listPartitions("pc_no"))
        spark.range(1).createOrReplaceTempView("pc_v")
        yield "of a view", ctx.error(lambda: catalog.listPartitions("pc_v"))
        yield "unknown", ctx.error(lambda: catalog.listPartitions("pc_nope"))
        yield "recover", ctx.outcome(lambda: catalog.recoverPartitions("pc_one"))
        yield "recover, not partitioned", ctx.error(lambda: catalog.recoverPartitions("pc_no"))
        yield "recover, unknown", ctx.error(lambda: catalog.recoverPartitions("pc_nope"))
        yield "recover, a view", ctx.error(lambda: catalog.recoverPartitions("pc_v"))
    finally:
        catalog.dropTempView("pc_v")
        for name in ("pc_one", "pc_two", "pc_no"):
            spark.sql(f"DROP TABLE IF EXISTS {name}")
