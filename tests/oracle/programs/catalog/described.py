"""What do DESCRIBE and SHOW CREATE TABLE say of tables, views and queries?"""

UNSTEADY = ("Created Time", "Last Access", "Created By", "Location", "Owner", "Statistics")


def rows(spark, text):
    return [tuple(row) for row in spark.sql(text).collect() if row[0] not in UNSTEADY]


def run(spark, ctx):
    try:
        spark.sql(
            "CREATE TABLE ds_t (id INT NOT NULL COMMENT 'the id', s STRUCT<a: INT, b: ARRAY<STRING>>,"
            " day DATE, k STRING) USING parquet OPTIONS ('compression' 'gzip')"
            " PARTITIONED BY (day, k) COMMENT 'a table' TBLPROPERTIES ('p' = 'it''s', 'a' = 'b')"
        )
        spark.sql("CREATE TABLE ds_u (n DECIMAL(10,2), w BIGINT) USING json")
        spark.range(2).createOrReplaceTempView("ds_v")
        spark.sql(
            "CREATE VIEW ds_w (x COMMENT 'an x', y) COMMENT 'a view' AS SELECT id, k FROM ds_t"
        )
        yield "plain", ctx.statement("DESCRIBE ds_t")
        yield "unpartitioned", ctx.statement("DESC TABLE ds_u")
        yield "temp view", ctx.statement("DESCRIBE ds_v")
        yield "view", ctx.statement("DESCRIBE TABLE ds_w")
        yield "extended", rows(spark, "DESCRIBE EXTENDED ds_t")
        yield "formatted", rows(spark, "DESCRIBE FORMATTED ds_u")
        yield "extended view", rows(spark, "DESCRIBE TABLE EXTENDED ds_w")
        yield "extended temp view", rows(spark, "DESCRIBE TABLE EXTENDED ds_v")
        yield "unknown", ctx.statement("DESCRIBE ds_no")
        yield "column", ctx.statement("DESCRIBE ds_t id")
        yield "column of a view", ctx.statement("DESCRIBE ds_w y")
        yield "column extended", ctx.statement("DESCRIBE EXTENDED ds_t ds_t.k")
        yield "unknown column", ctx.statement("DESCRIBE ds_t nope")
        yield "nested column", ctx.statement("DESCRIBE ds_t s.a")
        yield "query", ctx.statement("DESCRIBE QUERY SELECT id, k AS key FROM ds_t")
        yield "query without the word", ctx.statement("DESC SELECT 1 AS a, 'x'")
        yield "values", ctx.statement("DESCRIBE QUERY VALUES (1, 'x') AS t(a, b)")
        yield "partition", ctx.statement("DESCRIBE ds_t PARTITION (day = '2026-01-01', k = 'x')")
        yield "create table", ctx.statement("SHOW CREATE TABLE ds_t")
        yield "create other", ctx.statement("SHOW CREATE TABLE ds_u")
        yield "create view", ctx.statement("SHOW CREATE TABLE ds_w")
        yield "create temp view", ctx.statement("SHOW CREATE TABLE ds_v")
        yield "create unknown", ctx.statement("SHOW CREATE TABLE ds_no")
        yield "create serde", ctx.statement("SHOW CREATE TABLE ds_u AS SERDE")
        yield "by catalog", spark.catalog.getCreateTableString("ds_t").split("\n")
        yield "by catalog unknown", ctx.error(lambda: spark.catalog.getCreateTableString("ds_no"))
        yield "listColumns", [tuple(c) for c in spark.catalog.listColumns("ds_t")]
        yield "schema", spark.table("ds_t").schema.jsonValue()
        yield "schema of the view", spark.table("ds_w").schema.jsonValue()
    finally:
        spark.sql("DROP VIEW IF EXISTS ds_w")
        spark.catalog.dropTempView("ds_v")
        for name in ("ds_t", "ds_u"):
            spark.sql(f"DROP TABLE IF EXISTS {name}")
