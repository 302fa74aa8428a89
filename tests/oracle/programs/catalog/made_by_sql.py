"""Which forms of CREATE TABLE are there, and what becomes of properties?"""

STATEMENTS = """
CREATE TABLE mb_a (id INT) USING parquet TBLPROPERTIES ('k' = 'v', k2 = true, k3 = 1.5)
SHOW TBLPROPERTIES mb_a
CREATE TABLE mb_b USING csv OPTIONS (header = true) TBLPROPERTIES (z = 'w') COMMENT 'made' AS SELECT 1 AS n
SELECT * FROM mb_b
SHOW TBLPROPERTIES mb_b (z)
CREATE TABLE mb_c LIKE mb_a
SHOW CREATE TABLE mb_c
CREATE TABLE mb_d LIKE mb_b USING json
SHOW CREATE TABLE mb_d
CREATE TABLE mb_e (id INT, day STRING) USING parquet PARTITIONED BY (day) LOCATION '{folder}'
SELECT * FROM mb_e
CREATE TABLE IF NOT EXISTS mb_a (other STRING) USING json
DESCRIBE mb_a
CREATE TABLE mb_f (id INT) USING parquet CLUSTERED BY (id) INTO 4 BUCKETS
CREATE OR REPLACE TABLE mb_a (id INT) USING parquet
REPLACE TABLE mb_a (id INT) USING parquet
DELETE FROM mb_a WHERE id = 1
UPDATE mb_a SET id = 1
CREATE EXTERNAL TABLE mb_g (id INT) USING parquet
CREATE TEMPORARY TABLE mb_g (id INT) USING parquet
"""


def run(spark, ctx):
    folder = ctx.path("here")
    try:
        for index, text in enumerate(STATEMENTS.strip().splitlines()):
            yield f"{index} {text}", ctx.statement(text.replace("{folder}", folder))
    finally:
        for name in "abcdefg":
            spark.sql(f"DROP TABLE IF EXISTS mb_{name}")
