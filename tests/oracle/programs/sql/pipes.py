"""The steps of a pipe, |>: what each gives, what it calls its columns, what it refuses."""

SETUP = {
    "pi_emp": "SELECT * FROM VALUES (1, 'ann', 'x', 100.0D), (2, 'bob', 'x', 200.0D),"
    " (3, 'cy', 'y', 150.0D), (4, 'dee', 'y', NULL), (5, NULL, 'z', 50.0D) AS t(id, name, dept, pay)",
    "pi_dep": "SELECT * FROM VALUES ('x', 'Ex'), ('y', 'Why'), ('w', 'Dub') AS t(dept, title)",
}

STATEMENTS = [
    "FROM pi_emp |> SELECT id, dept |> WHERE id > 2",
    "FROM pi_emp |> SELECT upper(name), id + 1",
    "FROM pi_emp |> SELECT DISTINCT dept |> ORDER BY dept",
    "FROM pi_emp |> SELECT sum(pay) AS s",
    "FROM pi_emp |> SELECT id, sum(id) OVER (ORDER BY id) AS s |> WHERE s > 3",
    "FROM pi_emp |> SELECT id, row_number() OVER w AS r WINDOW w AS (ORDER BY id)",
    "FROM pi_emp |> SELECT * EXCEPT (pay)",
    "FROM pi_emp |> EXTEND id * 2 AS twice |> SELECT id, twice",
    "FROM pi_emp |> EXTEND 1 AS one, one + 1 AS two |> SELECT one, two",
    "FROM pi_emp |> EXTEND id + 1 |> WHERE id = 1",
    "FROM pi_emp |> EXTEND sum(id) OVER () AS s |> SELECT s",
    "FROM pi_emp |> EXTEND sum(id) AS s",
    "FROM pi_emp AS e |> EXTEND e.id AS other |> SELECT e.id, other",
    "FROM pi_emp |> SET id = id + 100, pay = 0 |> SELECT id, pay",
    "FROM pi_emp |> SET id = 1, id = id + 1 |> SELECT id",
    "FROM pi_emp |> SET nosuch = 1",
    "FROM pi_emp |> SET ID = 'a' |> LIMIT 1",
    "FROM pi_emp |> DROP pay |> ORDER BY id DESC |> LIMIT 2",
    "FROM pi_emp |> DROP pay, name, dept",
    "FROM pi_emp |> DROP nosuch",
    "SELECT * FROM (FROM pi_emp |> DROP pay, name) AS q WHERE id = 1",
    "FROM pi_emp |> AS e |> SELECT e.id",
    "FROM pi_emp |> AS e |> WHERE e.id > 4 |> SELECT pi_emp.id",
    "FROM pi_emp |> WHERE pi_emp.id > 4",
    "FROM pi_emp e |> WHERE e.id > 3 |> SELECT e.name",
    "FROM pi_emp |> WHERE sum(id) > 1",
    "FROM pi_emp |> WHERE id = (SELECT max(id) FROM pi_emp)",
    "FROM pi_emp |> WHERE id IN (FROM pi_emp |> WHERE dept = 'x' |> SELECT id)",
    "FROM pi_emp |> AGGREGATE sum(pay) AS s GROUP BY dept |> ORDER BY dept",
    "FROM pi_emp |> AGGREGATE count(*) AS c, max(pay)",
    "FROM pi_emp |> AGGREGATE count(*) AS c GROUP BY dept AS g |> WHERE c > 1 |> ORDER BY g",
    "FROM pi_emp |> AGGREGATE GROUP BY dept |> ORDER BY dept",
    "FROM pi_emp |> AGGREGATE sum(pay) + 1 AS s GROUP BY upper(dept) AS u, id % 2 |> ORDER BY ALL",
    "FROM pi_emp |> AGGREGATE count(*) AS c GROUP BY ROLLUP(dept)",
    "FROM pi_emp |> AGGREGATE id + 1 AS s",
    "FROM pi_emp |> AGGREGATE count(*) AS c |> AGGREGATE sum(c) AS t",
    "FROM pi_emp |> JOIN pi_dep USING (dept) |> SELECT id, title",
    "FROM pi_emp |> AS e |> LEFT JOIN pi_dep d ON e.dept = d.dept |> SELECT e.id, d.title",
    "FROM pi_emp |> NATURAL JOIN pi_dep |> SELECT id, title",
    "FROM pi_emp |> ANTI JOIN pi_dep USING (dept) |> SELECT id",
    "FROM pi_emp |> LEFT SEMI JOIN pi_dep ON pi_emp.dept = pi_dep.dept |> SELECT id",
    "FROM pi_emp |> FULL OUTER JOIN pi_dep ON pi_emp.dept = pi_dep.dept |> SELECT id, title",
    "FROM pi_emp |> CROSS JOIN pi_dep |> AGGREGATE count(*) AS c",
    "FROM pi_emp |> CROSS JOIN LATERAL (SELECT id * 2 AS z) |> SELECT id, z",
    "FROM pi_emp |> SELECT dept |> UNION ALL SELECT dept FROM pi_dep",
    "FROM pi_emp |> SELECT dept |> UNION SELECT dept FROM pi_dep",
    "FROM pi_emp |> SELECT dept |> UNION ALL TABLE pi_dep |> SELECT 1",
    "FROM pi_dep |> UNION ALL TABLE pi_dep |> SELECT title |> WHERE title = 'Ex'",
    "FROM pi_emp |> SELECT dept |> EXCEPT (SELECT dept FROM pi_dep)",
    "FROM pi_emp |> SELECT dept |> EXCEPT ALL SELECT dept FROM pi_dep",
    "FROM pi_emp |> SELECT dept |> INTERSECT ALL (SELECT dept FROM pi_dep)",
    "SELECT 1 AS a UNION ALL SELECT 2 |> WHERE a = 1",
    "SELECT 1 AS a UNION ALL SELECT 2 AS a |> EXTEND 5 AS b",
    "FROM pi_emp |> SELECT dept, pay |> PIVOT (sum(pay) FOR dept IN ('x', 'y'))",
    "FROM VALUES (1, 10, 20) t(id, a, b) |> UNPIVOT (v FOR n IN (a, b))",
    "FROM range(100) |> TABLESAMPLE (100 PERCENT) |> AGGREGATE count(*) AS c",
    "FROM pi_emp |> SELECT id |> ORDER BY id |> LIMIT 1 OFFSET 1",
    "FROM pi_emp |> SELECT id |> ORDER BY id DESC |> OFFSET 3",
    "FROM pi_emp |> SELECT id |> ORDER BY pi_emp.pay",
    "FROM pi_emp |> SELECT id ORDER BY id DESC LIMIT 2",
    "FROM pi_emp |> WHERE id < 4 |> WHERE id > 2 |> SELECT id",
    "SELECT id FROM pi_emp |> WHERE id < 3",
    "TABLE pi_dep |> SELECT title",
    "VALUES (1), (2) |> WHERE col1 > 1",
    "(SELECT id FROM pi_emp ORDER BY id LIMIT 2) |> AGGREGATE sum(id) AS s",
    "SELECT id FROM pi_emp ORDER BY id |> LIMIT 1",
    "WITH q AS (SELECT 1 AS x) FROM q |> EXTEND x + 1 AS y",
    "WITH q AS (FROM pi_emp |> WHERE id > 3 |> SELECT id) SELECT sum(id) FROM q",
    "SELECT * FROM (FROM pi_emp |> SELECT id |> WHERE id > 3)",
    "SELECT (FROM pi_emp |> AGGREGATE max(id)) AS m",
    "FROM pi_emp |> DISTINCT",
    "FROM pi_emp |> HAVING id > 1",
    "FROM pi_emp |> WINDOW w AS (ORDER BY id)",
    "FROM pi_emp |> LATERAL VIEW explode(array(1, 2)) t AS x |> SELECT id",
    "FROM pi_emp |>",
    "FROM pi_emp |> SELECT",
    "FROM pi_emp |> WHERE id = :wanted |> SELECT name",
]


def run(spark, ctx):
    for name, text in SETUP.items():
        spark.sql(text).createOrReplaceTempView(name)
    for number, text in enumerate(STATEMENTS):
        args = {"wanted": 2} if ":wanted" in text else {}
        try:
            df = spark.sql(text, args=args) if args else spark.sql(text)
            ordered = " ORDER BY " in text
            yield f"{number} {text}", ctx.snapshot(df, ordered)
        except Exception as error:
            yield f"{number} {text}", ctx.failure(error)
