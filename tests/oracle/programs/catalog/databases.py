"""What do statements about databases give, and what do they refuse?"""

STATEMENTS = """
SHOW DATABASES
CREATE DATABASE dd_a
CREATE DATABASE dd_a
CREATE SCHEMA IF NOT EXISTS dd_a COMMENT 'other'
CREATE DATABASE dd_b COMMENT 'second' WITH DBPROPERTIES ('k' = 'v', n = 2)
CREATE NAMESPACE DD_C
SHOW DATABASES
SHOW SCHEMAS LIKE 'dd_a|*b'
SHOW NAMESPACES IN spark_catalog
SHOW DATABASES 'zz*'
DROP DATABASE dd_c
SELECT current_database(), current_schema(), current_catalog()
CREATE TABLE dd_a.t (id INT, k STRING) USING parquet
INSERT INTO dd_a.t VALUES (1, 'x')
SELECT * FROM dd_a.t
SELECT t.id, dd_a.t.k, spark_catalog.dd_a.t.id FROM dd_a.t
SELECT * FROM t
SHOW TABLES IN dd_a
SHOW TABLES
USE dd_a
SELECT current_database()
SHOW TABLES
SELECT * FROM t
SELECT * FROM missing
SELECT * FROM default.missing
CREATE TABLE t (id INT) USING parquet
CREATE TABLE u USING parquet AS SELECT 7 AS n
SELECT * FROM spark_catalog.dd_a.u
INSERT INTO u SELECT 8
SELECT n FROM dd_a.u ORDER BY n
DROP TABLE dd_b.missing
DROP TABLE missing
CREATE TABLE dd_no.t (id INT) USING parquet
SELECT * FROM dd_no.t
USE dd_no
USE DATABASE dd_b
USE NAMESPACE dd_b
SELECT current_schema()
USE spark_catalog.default
USE spark_catalog
SELECT current_database()
SHOW CURRENT NAMESPACE
USE SCHEMA default
DROP DATABASE dd_a
DROP DATABASE dd_a RESTRICT
DROP DATABASE dd_a CASCADE
DROP DATABASE dd_a
DROP DATABASE IF EXISTS dd_a
DROP DATABASE default
SHOW TABLES IN dd_a
SHOW VIEWS IN dd_a
CREATE DATABASE `dd-x`
CREATE DATABASE dd_b.c
ALTER DATABASE dd_b SET DBPROPERTIES ('m' = '1')
ALTER DATABASE dd_no SET DBPROPERTIES ('m' = '1')
COMMENT ON DATABASE dd_b IS 'changed'
USE dd_b
DROP DATABASE dd_b
SELECT current_database()
USE default
CREATE DATABASE global_temp
SHOW CATALOGS
SHOW CATALOGS LIKE 'x*'
USE dd_a.b.c
"""


def run(spark, ctx):
    try:
        for index, text in enumerate(STATEMENTS.strip().splitlines()):
            yield f"{index} {text}", ctx.statement(text)
    finally:
        spark.sql("USE spark_catalog.default")
        for name in ("dd_a", "dd_b", "dd_c"):
            spark.sql(f"DROP DATABASE IF EXISTS {name} CASCADE")
