"""What does ALTER TABLE change?"""

STATEMENTS = """
CREATE TABLE al_t (id INT, k STRING) USING parquet
INSERT INTO al_t VALUES (1, 'a')
ALTER TABLE al_t ADD COLUMNS (n BIGINT COMMENT 'more', `odd name` DATE)
DESCRIBE al_t
SELECT * FROM al_t
INSERT INTO al_t VALUES (2, 'b', 3, DATE'2026-01-01')
SELECT * FROM al_t ORDER BY id
ALTER TABLE al_t ADD COLUMN z INT FIRST
ALTER TABLE al_t ADD COLUMN ID INT
ALTER TABLE al_t ADD COLUMNS (q INT NOT NULL)
ALTER TABLE al_t RENAME TO al_u
SELECT count(id) FROM al_u
SELECT id FROM al_t
ALTER TABLE al_t RENAME TO al_x
CREATE TABLE al_v (id INT) USING json
ALTER TABLE al_u RENAME TO al_v
ALTER TABLE al_u RENAME TO default.al_t
ALTER TABLE al_t SET TBLPROPERTIES ('a' = '1', b = 2, 'comment' = 'words')
SHOW TBLPROPERTIES al_t
ALTER TABLE al_t UNSET TBLPROPERTIES ('a')
ALTER TABLE al_t UNSET TBLPROPERTIES ('nope')
ALTER TABLE al_t UNSET TBLPROPERTIES IF EXISTS ('nope')
SHOW TBLPROPERTIES al_t
COMMENT ON TABLE al_t IS 'said'
ALTER TABLE al_t ALTER COLUMN k COMMENT 'a key'
ALTER TABLE al_t CHANGE COLUMN id id INT COMMENT 'an id'
ALTER TABLE al_t ALTER COLUMN id TYPE BIGINT
ALTER TABLE al_t RENAME COLUMN id TO other
ALTER TABLE al_t DROP COLUMN k
ALTER TABLE al_t ALTER COLUMN nope COMMENT 'x'
DESCRIBE al_t
ALTER TABLE al_no ADD COLUMNS (a INT)
ALTER TABLE al_no SET TBLPROPERTIES ('a' = '1')
ALTER TABLE al_no RENAME TO al_y
CREATE TABLE al_p (id INT, day STRING, k INT) USING parquet PARTITIONED BY (day, k)
ALTER TABLE al_p ADD PARTITION (day = 'd1', k = 1)
SHOW PARTITIONS al_p
ALTER TABLE al_p ADD PARTITION (day = 'd1', k = 1)
ALTER TABLE al_p ADD IF NOT EXISTS PARTITION (day = 'd1', k = 1) PARTITION (day = 'd2', k = 2)
SHOW PARTITIONS al_p
ALTER TABLE al_p ADD PARTITION (day = 'd3')
ALTER TABLE al_p ADD PARTITION (nope = 1, k = 1)
INSERT INTO al_p VALUES (5, 'd2', 2), (6, 'd4', 4)
ALTER TABLE al_p DROP PARTITION (day = 'd2', k = 2)
SELECT * FROM al_p ORDER BY id
SHOW PARTITIONS al_p
ALTER TABLE al_p DROP PARTITION (day = 'zz', k = 9)
ALTER TABLE al_p DROP IF EXISTS PARTITION (day = 'zz', k = 9)
ALTER TABLE al_p PARTITION (day = 'd4', k = 4) RENAME TO PARTITION (day = 'd5', k = 5)
SELECT * FROM al_p ORDER BY id
ALTER TABLE al_p DROP PARTITION (day = 'd5')
SHOW PARTITIONS al_p
ALTER TABLE al_t ADD PARTITION (k = 1)
ALTER TABLE al_p ADD COLUMNS (late STRING)
DESCRIBE al_p
INSERT INTO al_p VALUES (7, 'l', 'd6', 6)
SELECT * FROM al_p ORDER BY id
TRUNCATE TABLE al_p PARTITION (day = 'd6')
SELECT * FROM al_p ORDER BY id
TRUNCATE TABLE al_t
SELECT * FROM al_t
TRUNCATE TABLE al_no
TRUNCATE TABLE al_t PARTITION (k = 1)
REFRESH TABLE al_t
REFRESH TABLE al_no
MSCK REPAIR TABLE al_p
REPAIR TABLE al_t
ALTER TABLE al_p RECOVER PARTITIONS
ANALYZE TABLE al_t COMPUTE STATISTICS
ANALYZE TABLE al_t COMPUTE STATISTICS NOSCAN
ANALYZE TABLE al_t COMPUTE STATISTICS FOR COLUMNS id
ANALYZE TABLE al_t COMPUTE STATISTICS FOR ALL COLUMNS
ANALYZE TABLE al_no COMPUTE STATISTICS
ANALYZE TABLES IN default COMPUTE STATISTICS NOSCAN
ALTER TABLE al_t SET SERDEPROPERTIES ('a' = 'b')
"""


def run(spark, ctx):
    try:
        for index, text in enumerate(STATEMENTS.strip().splitlines()):
            yield f"{index} {text}", ctx.statement(text)
        folder = ctx.path("moved")
        spark.range(2).selectExpr("CAST(id AS INT) AS id").write.json(folder)
        spark.sql(f"ALTER TABLE al_v SET LOCATION '{folder}'")
        yield "moved", ctx.snapshot(spark.table("al_v"))
        spark.sql("REFRESH '" + folder + "'")
        spark.catalog.refreshByPath(folder)
        yield "analyzeTable", ctx.outcome(lambda: spark.catalog.analyzeTable("al_v"))
        yield "analyzeTable no", ctx.error(lambda: spark.catalog.analyzeTable("al_no"))
    finally:
        for name in ("al_t", "al_u", "al_v", "al_p"):
            spark.sql(f"DROP TABLE IF EXISTS {name}")
