"""What are views that are kept in the catalog?"""

STATEMENTS = """
CREATE TABLE sv_t (id INT, k STRING) USING parquet
INSERT INTO sv_t VALUES (1, 'a'), (2, 'b'), (NULL, 'c')
CREATE VIEW sv_a AS SELECT id, upper(k) AS big FROM sv_t WHERE id > 1
SELECT * FROM sv_a
SELECT sv_a.id, default.sv_a.big FROM sv_a
CREATE VIEW sv_a AS SELECT 1
CREATE VIEW IF NOT EXISTS sv_a AS SELECT 1
CREATE OR REPLACE VIEW sv_b (x COMMENT 'the x', y) COMMENT 'two' TBLPROPERTIES ('p' = 'q') AS SELECT id, big FROM sv_a
SELECT * FROM sv_b ORDER BY y
SELECT x + 1 FROM default.sv_b v WHERE v.y = 'B'
INSERT INTO sv_t VALUES (5, 'e')
SELECT * FROM sv_b ORDER BY y
CREATE VIEW sv_c (x) AS SELECT 1, 2
CREATE VIEW sv_c AS SELECT nope FROM sv_t
CREATE VIEW sv_c AS SELECT 1 AS a, 2 AS a
CREATE VIEW sv_t AS SELECT 1
CREATE OR REPLACE VIEW sv_t AS SELECT 1
CREATE TABLE sv_a (id INT) USING parquet
INSERT INTO sv_a VALUES (1, 'x')
TRUNCATE TABLE sv_a
SHOW VIEWS
SHOW VIEWS LIKE 'sv_a'
SHOW TABLES LIKE 'sv_*'
ALTER VIEW sv_a AS SELECT id * 10 AS id, k AS big FROM sv_t
SELECT * FROM sv_b ORDER BY y
ALTER VIEW sv_a RENAME TO sv_d
SELECT * FROM sv_d ORDER BY big
SELECT * FROM sv_b ORDER BY y
ALTER VIEW sv_d SET TBLPROPERTIES ('r' = 's')
SHOW TBLPROPERTIES sv_d ('r')
ALTER VIEW sv_d UNSET TBLPROPERTIES ('r')
SHOW TBLPROPERTIES sv_d ('r')
DROP VIEW sv_t
DROP VIEW sv_no
DROP VIEW IF EXISTS sv_no
DROP TABLE sv_d
SELECT * FROM sv_d ORDER BY big
CREATE TEMPORARY VIEW sv_tmp AS SELECT 3 AS n
CREATE VIEW sv_e AS SELECT * FROM sv_tmp
CREATE VIEW sv_self AS SELECT 1 AS a
CREATE OR REPLACE VIEW sv_self AS SELECT * FROM sv_self
CREATE DATABASE sv_db
CREATE VIEW sv_db.w AS SELECT count(*) AS n FROM default.sv_t
USE sv_db
CREATE VIEW near AS SELECT n FROM w
USE default
SELECT * FROM sv_db.near
SHOW VIEWS IN sv_db
DROP DATABASE sv_db CASCADE
CREATE VIEW sv_star AS SELECT * FROM sv_t
ALTER TABLE sv_t ADD COLUMNS (extra INT)
SELECT * FROM sv_star ORDER BY k
CREATE VIEW sv_cte AS WITH q AS (SELECT 1 AS one) SELECT one FROM q UNION ALL SELECT 2
SELECT * FROM sv_cte
SELECT * FROM sv_cte c JOIN sv_cte d ON c.one = d.one
DROP TABLE sv_t
SELECT * FROM sv_star
"""


def run(spark, ctx):
    try:
        for index, text in enumerate(STATEMENTS.strip().splitlines()):
            yield f"{index} {text}", ctx.statement(text)
        spark.sql("SET spark.sql.ansi.enabled=false")
        spark.sql("CREATE VIEW sv_lax AS SELECT CAST('x' AS INT) AS n")
        spark.sql("SET spark.sql.ansi.enabled=true")
        yield "settings of the view", ctx.outcome(lambda: spark.table("sv_lax").collect())
        listed = [t for t in spark.catalog.listTables() if t.name.startswith("sv_")]
        yield "listTables", [tuple(t) for t in listed]
        yield "listViews", [tuple(t) for t in spark.catalog.listViews()]
        yield "getTable", tuple(spark.catalog.getTable("sv_cte"))
        yield "columns", [tuple(c) for c in spark.catalog.listColumns("sv_cte")]
        yield "exists", spark.catalog.tableExists("sv_cte")
        yield "dropView", ctx.outcome(lambda: spark.catalog.dropView("sv_cte"))
        yield "dropped", spark.catalog.tableExists("sv_cte")
        yield "in a frame", ctx.error(lambda: spark.range(2).write.saveAsTable("sv_lax"))
    finally:
        spark.sql("SET spark.sql.ansi.enabled=true")
        spark.sql("USE spark_catalog.default")
        spark.catalog.dropTempView("sv_tmp")
        for name in ("sv_a", "sv_b", "sv_d", "sv_e", "sv_self", "sv_star", "sv_cte", "sv_lax"):
            spark.sql(f"DROP VIEW IF EXISTS {name}")
        spark.sql("DROP TABLE IF EXISTS sv_t")
        spark.sql("DROP DATABASE IF EXISTS sv_db CASCADE")
