"""What do CREATE TABLE and DROP TABLE make, and refuse?"""


def run(spark, ctx):
    names = ["cs_one", "cs_two", "cs_three", "cs_four", "cs_five"]
    try:
        made = spark.sql("CREATE TABLE cs_one (id INT, name STRING NOT NULL) USING parquet")
        yield "result", made
        yield "empty", ctx.snapshot(spark.table("cs_one"))
        yield "again", ctx.error(lambda: spark.sql("CREATE TABLE cs_one (id INT) USING parquet"))
        spark.sql("CREATE TABLE IF NOT EXISTS cs_one (other INT) USING parquet")
        yield "if not exists", spark.table("cs_one").columns
        spark.sql("CREATE TABLE cs_two USING json AS SELECT 1 AS a, 'x' AS b")
        yield "as select", ctx.snapshot(spark.table("cs_two"))
        spark.sql(
            "CREATE TABLE cs_three (id INT, k STRING) USING csv OPTIONS (header 'true') "
            "PARTITIONED BY (k) COMMENT 'three'"
        )
        spark.sql("INSERT INTO cs_three VALUES (1, 'a'), (2, 'b')")
        yield "partitioned", ctx.snapshot(spark.table("cs_three"))
        folder = ctx.path("outside")
        spark.range(3).write.parquet(folder)
        spark.sql(f"CREATE TABLE cs_four USING parquet LOCATION '{folder}'")
        yield "location", ctx.snapshot(spark.table("cs_four"))
        spark.sql("INSERT INTO cs_four VALUES (7)")
        yield "into location", ctx.snapshot(spark.read.parquet(folder))
        spark.sql("DROP TABLE cs_four")
        yield "external stays", ctx.snapshot(spark.read.parquet(folder))
        yield (
            "unknown format",
            ctx.error(lambda: spark.sql("CREATE TABLE cs_five (a INT) USING nope")),
        )
        yield (
            "unknown partition",
            ctx.error(
                lambda: spark.sql("CREATE TABLE cs_five (a INT) USING json PARTITIONED BY (b)")
            ),
        )
        yield (
            "twice the column",
            ctx.error(lambda: spark.sql("CREATE TABLE cs_five (a INT, A INT) USING json")),
        )
        yield "no database", ctx.error(lambda: spark.sql("CREATE TABLE nope.t (a INT) USING json"))
        yield "drop unknown", ctx.error(lambda: spark.sql("DROP TABLE cs_nope"))
        spark.sql("DROP TABLE IF EXISTS cs_nope")
        spark.range(1).createOrReplaceTempView("cs_view")
        yield "drop view as table", ctx.outcome(lambda: spark.sql("DROP TABLE cs_view").collect())
        yield "drop table as view", ctx.error(lambda: spark.sql("DROP VIEW cs_one"))
        yield "is the view there", spark.catalog.tableExists("cs_view")
        spark.catalog.dropTempView("cs_view")
        spark.range(2).createOrReplaceTempView("cs_two")
        yield "a view hides a table", ctx.snapshot(spark.table("cs_two"))
        yield "but not by its whole name", ctx.snapshot(spark.table("default.cs_two"))
        spark.catalog.dropTempView("cs_two")
    finally:
        spark.catalog.dropTempView("cs_view")
        spark.catalog.dropTempView("cs_two")
        for name in names:
            spark.sql(f"DROP TABLE IF EXISTS {name}")
