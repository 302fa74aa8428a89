"""Forms of SQL here and there: frames over dates, aggregates under windows, OVERLAY … PLACING,
generators beside rows that have none, TABLE as a query, a query before its INSERT."""

STATEMENTS = [
    "SELECT id, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL 31 DAYS PRECEDING AND CURRENT ROW) AS c FROM fm_emp",
    "SELECT id, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND INTERVAL 29 DAYS FOLLOWING) AS c FROM fm_emp",
    "SELECT id, count(*) OVER (ORDER BY d DESC RANGE BETWEEN INTERVAL 30 DAYS PRECEDING AND CURRENT ROW) AS c FROM fm_emp",
    "SELECT dept, sum(count(*)) OVER () AS s FROM fm_emp GROUP BY dept",
    "SELECT dept, sum(sum(pay)) OVER (ORDER BY dept) AS s FROM fm_emp GROUP BY dept",
    "SELECT dept, max(pay) / sum(max(pay)) OVER () AS share FROM fm_emp GROUP BY dept",
    "SELECT sum(sum(id)) OVER () AS s FROM fm_emp",
    "SELECT sum(sum(id)) FROM fm_emp",
    "SELECT dept, sum(sum(sum(id))) OVER () FROM fm_emp GROUP BY dept",
    "SELECT OVERLAY('Spark SQL' PLACING '_' FROM 6), OVERLAY('Spark SQL' PLACING 'CORE' FROM 7 FOR 0)",
    "SELECT OVERLAY('abc', 'X', 2), overlay('abcdef', 'X', 2, 3)",
    "SELECT OVERLAY('abc' PLACING 'x')",
    "SELECT k, x FROM fm_arr LEFT JOIN LATERAL explode(xs) AS t(x) ON true",
    "SELECT k, x FROM fm_arr LEFT JOIN LATERAL explode(xs) AS t(x)",
    "SELECT k, p, x FROM fm_arr LEFT JOIN LATERAL posexplode(xs) AS t(p, x) ON true",
    "SELECT k, x FROM fm_arr JOIN LATERAL explode(xs) AS t(x) ON x > 1",
    "SELECT date_diff(MONTH, DATE'2024-01-01', DATE'2024-03-01'), date_diff(DATE'2024-01-02', DATE'2024-01-01')",
    "SELECT name FROM fm_emp EXCEPT SELECT dept FROM fm_emp",
    "SELECT dept FROM fm_emp EXCEPT SELECT name FROM fm_emp",
    "SELECT dept FROM fm_emp INTERSECT SELECT name FROM fm_emp",
    "SELECT name FROM fm_emp INTERSECT SELECT name FROM fm_emp",
    "TABLE fm_arr",
    "TABLE fm_emp ORDER BY id LIMIT 1",
    "SELECT * FROM (TABLE fm_arr) AS t WHERE k = 1",
    "TABLE fm_arr UNION ALL TABLE fm_arr",
    "SELECT 1 AS table",
    "SELECT table FROM (SELECT 1 AS table)",
    "CREATE TABLE fm_t (id INT, name STRING) USING parquet",
    "WITH q AS (SELECT 1 AS id, 'w' AS name) INSERT INTO fm_t SELECT * FROM q",
    "FROM fm_emp INSERT INTO fm_t SELECT id, name WHERE id = 2",
    "WITH q AS (SELECT 5 AS id, 'v' AS name) INSERT INTO fm_t (name, id) SELECT name, id FROM q",
    "INSERT INTO fm_t TABLE fm_t",
    "INSERT INTO TABLE fm_t WITH q AS (SELECT 6 AS id, 'u' AS name) SELECT * FROM q",
    "SELECT * FROM fm_t ORDER BY ALL",
    "WITH q AS (SELECT 7 AS id, 'z' AS name) INSERT OVERWRITE fm_t SELECT * FROM q",
    "SELECT * FROM fm_t",
    "DROP TABLE fm_t",
]


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES (1, 'ann', 'x', 100.0D, DATE'2024-01-01'),"
        " (2, 'bob', 'x', 200.0D, DATE'2024-02-01'), (3, 'cy', 'y', 150.0D, DATE'2024-03-01'),"
        " (4, 'dee', 'y', NULL, DATE'2024-03-30'), (5, NULL, 'z', 50.0D, NULL)"
        " AS t(id, name, dept, pay, d)"
    ).createOrReplaceTempView("fm_emp")
    spark.sql(
        "SELECT * FROM VALUES (1, array(1, 2, 3)), (2, array()), (3, NULL) AS t(k, xs)"
    ).createOrReplaceTempView("fm_arr")
    for number, statement in enumerate(STATEMENTS):
        label = f"{number} {statement}"
        try:
            yield label, ctx.snapshot(spark.sql(statement), " ORDER BY ALL" in statement)
        except Exception as error:
            yield label, ctx.failure(error)
