"""SHOW TABLE EXTENDED, DESCRIBE AS JSON, statistics of columns, serde properties, temporary tables."""

import json
import re

UNSTEADY = ("Created Time", "Last Access", "Created By", "Location", "Owner")

STATEMENTS = [
    "CREATE TABLE tl_t (id INT NOT NULL COMMENT 'the id', s STRUCT<a: INT, b: ARRAY<STRING>>,"
    " d DECIMAL(5,2), name STRING, f DOUBLE, day DATE, at TIMESTAMP, ok BOOLEAN, raw BINARY, k STRING)"
    " USING parquet PARTITIONED BY (k) COMMENT 'a table' TBLPROPERTIES ('p' = 'v')",
    "INSERT INTO tl_t VALUES (1, NULL, 1.50, 'ab', 0.5, DATE'2024-01-02', TIMESTAMP'2024-01-02 03:04:05.5', true, X'0102', 'x'),"
    " (2, NULL, NULL, 'abcd', -1, DATE'2020-01-02', TIMESTAMP'1969-01-02 03:04:05', false, X'', 'x'),"
    " (3, NULL, 7, '', NULL, NULL, NULL, NULL, NULL, 'y'), (3, NULL, 7, '', NULL, NULL, NULL, NULL, NULL, NULL)",
    "CREATE VIEW tl_v AS SELECT id, name FROM tl_t",
    "CREATE TEMPORARY VIEW tl_w AS SELECT 1 AS a",
    "ANALYZE TABLE tl_t COMPUTE STATISTICS FOR COLUMNS id, name",
    "DESCRIBE EXTENDED tl_t id",
    "DESCRIBE EXTENDED tl_t name",
    "DESCRIBE EXTENDED tl_t d",
    "ANALYZE TABLE tl_t COMPUTE STATISTICS FOR ALL COLUMNS",
    "ANALYZE TABLE tl_t COMPUTE STATISTICS FOR COLUMNS d, f, day, at, ok, raw, k",
    "DESCRIBE EXTENDED tl_t d",
    "DESCRIBE EXTENDED tl_t f",
    "DESCRIBE EXTENDED tl_t day",
    "DESCRIBE EXTENDED tl_t at",
    "DESCRIBE EXTENDED tl_t ok",
    "DESCRIBE EXTENDED tl_t raw",
    "DESCRIBE EXTENDED tl_t k",
    "ANALYZE TABLE tl_t COMPUTE STATISTICS FOR COLUMNS s",
    "ANALYZE TABLE tl_t COMPUTE STATISTICS FOR COLUMNS nosuch",
    "ANALYZE TABLE tl_t COMPUTE STATISTICS FOR COLUMNS",
    "ANALYZE TABLE tl_v COMPUTE STATISTICS FOR COLUMNS id",
    "ANALYZE TABLE tl_w COMPUTE STATISTICS FOR COLUMNS a",
    "INSERT INTO tl_t VALUES (9, NULL, 1, 'q', 1, NULL, NULL, NULL, NULL, 'z')",
    "DESCRIBE EXTENDED tl_t id",
    "ANALYZE TABLE tl_t PARTITION (k = 'x') COMPUTE STATISTICS",
    "ANALYZE TABLE tl_t PARTITION (k) COMPUTE STATISTICS NOSCAN",
    "ANALYZE TABLE tl_t PARTITION (k = 'nosuch') COMPUTE STATISTICS",
    "ANALYZE TABLE tl_t PARTITION (nosuch = 'x') COMPUTE STATISTICS",
    "CREATE TABLE tl_e (id INT, n BIGINT) USING json",
    "ANALYZE TABLE tl_e COMPUTE STATISTICS FOR ALL COLUMNS",
    "DESCRIBE EXTENDED tl_e id",
    "ALTER TABLE tl_e SET SERDEPROPERTIES ('a' = 'b')",
    "ALTER TABLE tl_e UNSET SERDEPROPERTIES ('a')",
    "ALTER TABLE tl_e SET SERDE 'org.example.Serde'",
    "ALTER TABLE tl_e SET SERDE 'org.example.Serde' WITH SERDEPROPERTIES ('a' = 'b')",
    "ALTER TABLE tl_nosuch SET SERDEPROPERTIES ('a' = 'b')",
    "ALTER TABLE tl_v SET SERDEPROPERTIES ('a' = 'b')",
    "ALTER TABLE tl_t PARTITION (k = 'x') SET SERDEPROPERTIES ('a' = 'b')",
    "SHOW CREATE TABLE tl_e",
    "CREATE TEMPORARY TABLE tl_g (id INT) USING parquet",
    "CREATE TEMPORARY TABLE tl_g USING parquet OPTIONS (path '/nosuch/folder')",
    "CREATE TEMPORARY TABLE tl_g AS SELECT 1 AS a",
    "CREATE TEMP TABLE IF NOT EXISTS tl_g (id INT) USING parquet",
    "CREATE TEMPORARY TABLE tl_g (id INT)",
    "REFRESH FUNCTION nosuch",
    "REFRESH FUNCTION upper",
    "REFRESH FUNCTION default.nosuch",
    "SHOW TABLE EXTENDED LIKE 'nosuch'",
    "SHOW TABLE EXTENDED IN nosuch LIKE '*'",
    "SHOW TABLE EXTENDED",
    "SHOW TABLE EXTENDED LIKE 'tl_t' PARTITION (k = 'nosuch')",
    "SHOW TABLE EXTENDED LIKE 'tl_t' PARTITION (nosuch = 'x')",
    "SHOW TABLE EXTENDED LIKE 'tl_e' PARTITION (k = 'x')",
    "SHOW TABLE EXTENDED LIKE 'tl_nosuch' PARTITION (k = 'x')",
    "DESCRIBE tl_t AS JSON",
    "DESCRIBE EXTENDED tl_nosuch AS JSON",
    "DESCRIBE EXTENDED tl_t id AS JSON",
    "DESCRIBE EXTENDED tl_t PARTITION (k = 'nosuch') AS JSON",
]

JSONS = [
    "DESCRIBE EXTENDED tl_t AS JSON",
    "DESC FORMATTED tl_e AS JSON",
    "DESC EXTENDED tl_v AS JSON",
    "DESC EXTENDED tl_w AS JSON",
    "DESCRIBE EXTENDED tl_t PARTITION (k = 'x') AS JSON",
    "DESCRIBE EXTENDED tl_a AS JSON",
]

SHOWN = [
    "SHOW TABLE EXTENDED LIKE 'tl_t'",
    "SHOW TABLE EXTENDED IN default LIKE 'tl_e'",
    "SHOW TABLE EXTENDED FROM default LIKE 'tl_v|tl_e'",
    "SHOW TABLE EXTENDED LIKE 'tl_w'",
    "SHOW TABLE EXTENDED LIKE 'tl_t' PARTITION (k = 'x')",
    "SHOW TABLE EXTENDED LIKE 'tl_*'",
]


def steady(text):
    kept = []
    for line in text.split("\n"):
        if not line.startswith(UNSTEADY) and not line.startswith(
            ("Partition Statistics", "Statistics", "Partition Parameters")
        ):
            kept.append(line)
    return kept


def told(value):
    """Without what differs from run to run."""
    for key in (
        "created_time",
        "last_access",
        "created_by",
        "location",
        "owner",
        "statistics",
        "partition_statistics",
    ):
        if key in value:
            value[key] = "…"
    return json.dumps(value)


def run(spark, ctx):
    try:
        for number, statement in enumerate(STATEMENTS):
            label = f"{number} {statement[:90]}"
            try:
                yield label, ctx.snapshot(spark.sql(statement), True)
            except Exception as error:
                yield label, ctx.failure(error)
        spark.sql(
            "CREATE TABLE tl_a (a BYTE, b SHORT, c LONG, d FLOAT, e CHAR(3), f VARCHAR(4) DEFAULT 'v',"
            " g MAP<STRING, INT>, h INTERVAL DAY TO SECOND, i TIMESTAMP_NTZ, l INTERVAL YEAR,"
            " m STRUCT<x: INT NOT NULL COMMENT 'an x'> COMMENT 'em') USING parquet"
            " OPTIONS ('compression' 'gzip')"
        )
        for statement in JSONS:
            try:
                df = spark.sql(statement)
                yield statement + " columns", df.schema.jsonValue()
                yield statement, told(json.loads(df.first()[0]))
            except Exception as error:
                yield statement, ctx.failure(error)
        for statement in SHOWN:
            try:
                df = spark.sql(statement)
                yield statement + " columns", df.schema.jsonValue()
                yield (
                    statement,
                    [[*row[:3], steady(re.sub(r"file:\S*/", "", row[3]))] for row in df.collect()],
                )
            except Exception as error:
                yield statement, ctx.failure(error)
    finally:
        spark.sql("DROP VIEW IF EXISTS tl_v")
        spark.catalog.dropTempView("tl_w")
        for name in ("tl_t", "tl_e", "tl_a"):
            spark.sql(f"DROP TABLE IF EXISTS {name}")
