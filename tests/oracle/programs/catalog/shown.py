"""What do the SHOW statements list?"""

STATEMENTS = """
CREATE TABLE sh_t (id INT, day DATE, k STRING) USING parquet PARTITIONED BY (day, k) TBLPROPERTIES ('p' = 'q', 'a.b' = 1)
INSERT INTO sh_t VALUES (1, DATE'2026-01-01', 'x'), (2, DATE'2026-01-02', 'a/b'), (3, NULL, 'y')
CREATE TABLE sh_u (id INT) USING parquet
SHOW COLUMNS IN sh_t
SHOW COLUMNS FROM sh_t IN default
SHOW COLUMNS IN sh_v
SHOW COLUMNS IN sh_no
SHOW COLUMNS IN sh_t IN sh_no
SHOW TBLPROPERTIES sh_t
SHOW TBLPROPERTIES sh_t (p)
SHOW TBLPROPERTIES sh_t ('a.b')
SHOW TBLPROPERTIES sh_t ('zz')
SHOW TBLPROPERTIES sh_u
SHOW TBLPROPERTIES sh_v
SHOW TBLPROPERTIES sh_no
SHOW PARTITIONS sh_t
SHOW PARTITIONS sh_t PARTITION (k = 'x')
SHOW PARTITIONS sh_t PARTITION (day = '2026-01-02')
SHOW PARTITIONS sh_t PARTITION (zz = 1)
SHOW PARTITIONS sh_u
SHOW PARTITIONS sh_v
SHOW PARTITIONS sh_no
SHOW TABLES LIKE 'sh_*'
SHOW TABLES 'sh_t|sh_v'
SHOW TABLES FROM default LIKE 'SH_T'
SHOW VIEWS
SHOW VIEWS IN default LIKE 'sh*'
SHOW VIEWS IN global_temp
SHOW TABLES IN global_temp
SHOW FUNCTIONS LIKE 'upper'
SHOW SYSTEM FUNCTIONS LIKE 'rever*'
SHOW USER FUNCTIONS
SHOW ALL FUNCTIONS LIKE 'zz*'
SHOW FUNCTIONS IN default LIKE 'lower'
DESCRIBE FUNCTION zz_nope
"""


def run(spark, ctx):
    spark.range(3).createOrReplaceTempView("sh_v")
    spark.range(3).createOrReplaceGlobalTempView("sh_g")
    try:
        for index, text in enumerate(STATEMENTS.strip().splitlines()):
            yield f"{index} {text}", ctx.statement(text)
        yield "properties", spark.catalog.getTableProperties("sh_t")
        yield "properties of a view", ctx.outcome(lambda: spark.catalog.getTableProperties("sh_v"))
        yield "properties of nothing", ctx.error(lambda: spark.catalog.getTableProperties("sh_no"))
        yield "listViews of global_temp", [tuple(v) for v in spark.catalog.listViews("global_temp")]
        yield (
            "listTables of global_temp",
            [tuple(v) for v in spark.catalog.listTables("global_temp") if v.name.startswith("sh_")],
        )
    finally:
        spark.catalog.dropTempView("sh_v")
        spark.catalog.dropGlobalTempView("sh_g")
        for name in ("sh_t", "sh_u"):
            spark.sql(f"DROP TABLE IF EXISTS {name}")
