"""INSERT BY NAME and IF NOT EXISTS, and the statements that Spark's own tables do not take."""

STATEMENTS = [
    "CREATE TABLE if_t (id INT, name STRING, n BIGINT) USING parquet",
    "INSERT INTO if_t BY NAME SELECT 9 AS n, 5 AS id, 'x' AS name",
    "INSERT INTO if_t BY NAME SELECT 'y' AS NAME, 6 AS ID",
    "INSERT INTO if_t BY NAME SELECT 9 AS nosuch, 5 AS id",
    "INSERT INTO if_t BY NAME SELECT 1 AS id, 2 AS n, 'z' AS name, 4 AS more",
    "INSERT INTO if_t BY NAME SELECT 1 AS id, 2 AS id",
    "INSERT INTO if_t BY NAME VALUES (1, 'a', 2) AS v(id, name, n)",
    "INSERT INTO if_t BY NAME VALUES (1, 'a', 2)",
    "INSERT INTO if_t BY NAME (id) SELECT 1 AS id",
    "SELECT * FROM if_t ORDER BY ALL",
    "INSERT OVERWRITE if_t BY NAME SELECT 8 AS id",
    "INSERT OVERWRITE TABLE if_t BY NAME SELECT 'w' AS name, 8 AS id",
    "SELECT * FROM if_t ORDER BY ALL",
    "CREATE TABLE if_p (id INT, p STRING, q INT) USING parquet PARTITIONED BY (p, q)",
    "INSERT INTO if_p BY NAME SELECT 1 AS q, 'a' AS p, 10 AS id",
    "INSERT INTO if_p PARTITION (p = 'b', q = 2) BY NAME SELECT 11 AS id",
    "INSERT INTO if_p PARTITION (p = 'b', q) BY NAME SELECT 3 AS q, 12 AS id",
    "INSERT INTO if_p PARTITION (p = 'b', q = 2) BY NAME SELECT 11 AS id, 'c' AS p",
    "INSERT OVERWRITE if_p PARTITION (p = 'a', q = 1) IF NOT EXISTS VALUES (20)",
    "INSERT OVERWRITE if_p PARTITION (p = 'a', q = 9) IF NOT EXISTS VALUES (21)",
    "INSERT OVERWRITE if_p PARTITION (p = 'a', q) IF NOT EXISTS VALUES (22, 5)",
    "INSERT INTO if_p PARTITION (p = 'a', q = 1) IF NOT EXISTS VALUES (23)",
    "SELECT * FROM if_p ORDER BY ALL",
    "INSERT INTO if_t REPLACE WHERE id = 8 VALUES (8, 'x', 1)",
    "INSERT INTO nosuch REPLACE WHERE id = 8 VALUES (8, 'x', 1)",
    "DELETE FROM if_t WHERE id = 1",
    "DELETE FROM if_t",
    "DELETE FROM nosuch WHERE id = 1",
    "UPDATE if_t SET n = 1 WHERE id = 2",
    "UPDATE nosuch SET n = 1",
    "MERGE INTO if_t USING (SELECT 1 AS id) s ON if_t.id = s.id WHEN MATCHED THEN DELETE",
    "DELETE if_t",
    "UPDATE if_t",
    "MERGE if_t",
    "DROP TABLE if_t",
    "DROP TABLE if_p",
    "VALUES 1, 2, 3",
    "VALUES (1, 'a'), (2, 'b') AS t(x, y)",
    "VALUES (1, 'a'), (2, 'b') t(x, y)",
    "VALUES 'p', NULL, concat('a', 'b') AS t(x)",
    "SELECT * FROM VALUES 1, -2 AS t(x)",
    "SELECT t.x FROM (VALUES 1, 2) t(x)",
    "SELECT x FROM (VALUES (1), (2) AS t(x)) WHERE x = 2",
    "WITH q AS (VALUES (1), (2) AS t(x)) SELECT sum(x) AS s FROM q",
    "VALUES (1) UNION ALL VALUES (2)",
    "VALUES (3), (1) ORDER BY col1 LIMIT 1",
    "VALUES DATE'2024-01-02', CAST('2024-02-03' AS DATE)",
    "SELECT values FROM (SELECT 1 AS values)",
]


def run(spark, ctx):
    for number, statement in enumerate(STATEMENTS):
        label = f"{number} {statement}"
        try:
            yield label, ctx.snapshot(spark.sql(statement), " ORDER BY " in statement)
        except Exception as error:
            yield label, ctx.failure(error)
