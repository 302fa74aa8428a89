"""DISTRIBUTE, CLUSTER and SORT BY; rows of several values in IN; subqueries that hang on a row; SET TIME ZONE."""

QUERIES = [
    "SELECT k, v FROM a DISTRIBUTE BY k",
    "SELECT k, v FROM a DISTRIBUTE BY k SORT BY v DESC",
    "SELECT k, v FROM a CLUSTER BY k",
    "SELECT k, v FROM a SORT BY k DESC, v",
    "SELECT k + 1 AS q FROM a DISTRIBUTE BY q",
    "SELECT k AS q FROM a CLUSTER BY v",
    "SELECT k FROM a DISTRIBUTE BY nope",
    "SELECT k FROM a CLUSTER BY nope",
    "SELECT k FROM a DISTRIBUTE BY k LIMIT 0",
    "SELECT k FROM a ORDER BY k DISTRIBUTE BY k",
    "SELECT k FROM a CLUSTER BY k SORT BY k",
    "SELECT k, count(*) FROM a GROUP BY k DISTRIBUTE BY k",
    "SELECT k FROM a UNION ALL SELECT k FROM b DISTRIBUTE BY k",
    "SELECT * FROM (SELECT k FROM a DISTRIBUTE BY k, v) ORDER BY k",
    "FROM a |> SELECT k |> DISTRIBUTE BY k",
    "SELECT * FROM a WHERE (k, v) IN ((1, 'x'), (2, 'z'))",
    "SELECT * FROM a WHERE (k, v) NOT IN ((1, 'x'), (2, 'z'))",
    "SELECT * FROM a WHERE (k, v) IN ((1, 'x'), (2, NULL))",
    "SELECT * FROM a WHERE (k, v) IN (SELECT k, v FROM b)",
    "SELECT * FROM a WHERE (k, v) NOT IN (SELECT k, v FROM b)",
    "SELECT * FROM a WHERE (k, v) NOT IN (SELECT k, v FROM b WHERE k IS NOT NULL AND v IS NOT NULL)",
    "SELECT * FROM a WHERE (k, v) NOT IN (SELECT k, v FROM b WHERE k = 99)",
    "SELECT * FROM a WHERE (k, v) IN (SELECT k FROM b)",
    "SELECT * FROM a WHERE (k, v) IN (SELECT struct(k, v) FROM b)",
    "SELECT * FROM a WHERE struct(k, v) IN (SELECT struct(k, v) FROM b)",
    "SELECT * FROM a WHERE k IN (SELECT k, v FROM b)",
    "SELECT k, (k, v) IN (SELECT k, v FROM b) AS i FROM a",
    "SELECT k, k IN (SELECT k FROM b) AS i, k NOT IN (SELECT k FROM b) AS n FROM a",
    "SELECT k, EXISTS (SELECT 1 FROM b WHERE b.k = a.k) AS e FROM a",
    "SELECT k, NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k) AS e FROM a",
    "SELECT k, CASE WHEN EXISTS (SELECT 1 FROM b WHERE b.k = a.k) THEN 'y' ELSE 'n' END AS e FROM a",
    "SELECT EXISTS (SELECT 1 FROM b WHERE k = 99) AS e, EXISTS (SELECT 1 FROM b) AS f",
    "SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.k = a.k) OR v = 'z'",
    "SELECT * FROM a WHERE k IN (SELECT k FROM b) OR v = 'z'",
    "SELECT k, (SELECT v FROM b WHERE b.k = a.k) AS s FROM a",
    "SELECT k, (SELECT max(v) FROM b WHERE b.k = a.k) AS s FROM a",
    "SELECT k, (SELECT v FROM b WHERE b.k = a.k LIMIT 1) IS NULL AS s FROM a",
    "SELECT k, (SELECT DISTINCT b.k FROM b WHERE b.k = a.k) AS s FROM a",
    "SELECT k, (SELECT w FROM one WHERE one.k = a.k) AS s FROM a",
    "SELECT k, (SELECT count(*) FROM b WHERE b.k > a.k) AS s FROM a",
    "SELECT k, (SELECT max(w) FROM one WHERE one.k < a.k) AS s FROM a",
    "SELECT * FROM a WHERE k = (SELECT w FROM one WHERE one.k = a.k)",
    "SELECT * FROM a WHERE k = (SELECT k FROM b WHERE b.k = a.k)",
    "SELECT (SELECT k FROM b) AS s",
    "SELECT k, (SELECT a.k + 1) AS s FROM a",
    "SELECT k, (SELECT sum(x) FROM VALUES (1), (2) AS q(x) WHERE x <= a.k) AS s FROM a",
    "SELECT * EXCEPT (s.f) FROM st",
    "SELECT * EXCEPT (s.f, k) FROM st",
    "SELECT * EXCEPT (s.nope) FROM st",
    "SELECT * EXCEPT (s.f, s) FROM st",
    "SELECT st.* EXCEPT (st.s.f) FROM st",
    "SELECT * FROM a ASOF JOIN b MATCH_CONDITION (a.k >= b.k)",
    "SELECT a.k, b.k AS j, b.v FROM a ASOF JOIN b MATCH_CONDITION (a.k >= b.k) ON a.v = b.v",
    "SELECT a.k, b.k AS j FROM a LEFT ASOF JOIN b MATCH_CONDITION (a.k >= b.k) USING (v)",
    "SELECT v, max(k) m FROM a GROUP BY v HAVING m > 1 ORDER BY max(k)",
    "SELECT v FROM a GROUP BY v HAVING max(k) > 0 ORDER BY max(k), v",
    "SELECT count(a.*) FROM a",
    "SELECT count(*), count(k, v), count(DISTINCT a.*) FROM a",
    "SELECT count(a.*) FROM a GROUP BY k",
    "SELECT * FROM range(10) TABLESAMPLE (5 ROWS)",
    "SELECT * FROM range(10) TABLESAMPLE (100 PERCENT)",
    "SELECT * FROM VALUES (1), (2) TABLESAMPLE (100 PERCENT)",
    "SELECT * FROM (SELECT 1 AS x) TABLESAMPLE (1 ROWS) AS q",
]

ZONES = [
    "SET TIME ZONE LOCAL",
    "SET TIME ZONE 'America/Lima'",
    "SET TIME ZONE INTERVAL 2 HOURS",
    "SET TIME ZONE INTERVAL '-3' HOURS",
    "SET TIME ZONE INTERVAL '05:30' HOUR TO MINUTE",
    "SET TIME ZONE INTERVAL 2 HOURS 15 MINUTES",
    "SET TIME ZONE INTERVAL 40 HOURS",
    "SET TIME ZONE INTERVAL 1 DAY",
    "SET TIME ZONE INTERVAL 1 MONTH",
    "SET TIME ZONE INTERVAL 1 SECOND",
    "SET TIME ZONE 'Nowhere'",
    "SET TIME ZONE Lima",
    "SET TIME ZONE",
    "SET TIME ZONE 'UTC'",
]


def run(spark, ctx):
    rows = [(1, "x"), (2, "y"), (2, "z"), (None, "x"), (3, None)]
    spark.createDataFrame(rows, "k int, v string").createOrReplaceTempView("a")
    rows = [(1, "x"), (2, "q"), (None, "x"), (4, "w")]
    spark.createDataFrame(rows, "k int, v string").createOrReplaceTempView("b")
    spark.createDataFrame([(1, 1), (2, 5)], "k int, w int").createOrReplaceTempView("one")
    spark.sql("SELECT 1 AS k, named_struct('f', 5, 'g', 6) AS s").createOrReplaceTempView("st")
    for query in QUERIES:
        yield query, ctx.answer(query)
    frame = spark.sql(
        "SELECT id, id % 3 AS r, spark_partition_id() AS p FROM range(20) CLUSTER BY r"
    )
    yield "partitions", frame.selectExpr("id", "spark_partition_id() AS p")
    frame = spark.sql("SELECT id FROM range(0, 8, 1, 2) SORT BY id DESC")
    yield "sorted within partitions", [row.id for row in frame.collect()]
    frame = spark.sql("SELECT id, id % 2 AS r FROM range(8) DISTRIBUTE BY r SORT BY id DESC")
    yield "distributed and sorted", [row.id for row in frame.collect()]
    for zone in ZONES:
        yield zone, ctx.outcome(lambda zone=zone: _zone(spark, zone))


def _zone(spark, statement):
    rows = spark.sql(statement).collect()
    return [str(rows), spark.conf.get("spark.sql.session.timeZone")]
