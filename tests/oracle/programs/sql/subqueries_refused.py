"""What of the query around a subquery may not name, and where subqueries may not stand."""

QUERIES = [
    "SELECT (SELECT a.k + c.k FROM c WHERE c.k = a.k) AS s FROM a",
    "SELECT (SELECT a.k FROM c) AS s FROM a",
    "SELECT (SELECT max(x) FROM (SELECT a.k + c.k AS x FROM c)) AS s FROM a",
    "SELECT k FROM a WHERE EXISTS (SELECT a.k FROM c)",
    "SELECT k FROM a WHERE k IN (SELECT a.k + c.k - 1 FROM c)",
    "SELECT k FROM a WHERE k IN (SELECT max(a.k) FROM c)",
    "SELECT k FROM a WHERE k IN (SELECT max(a.k + c.k) FROM c)",
    "SELECT k FROM a WHERE k IN (SELECT c.k FROM c ORDER BY a.k)",
    "SELECT (SELECT c.k FROM c ORDER BY a.k + c.k LIMIT 1) AS s FROM a",
    "SELECT (SELECT max(c.k) FROM c GROUP BY a.k) AS s FROM a",
    "SELECT (SELECT max(c.k) FROM c GROUP BY a.k + c.k) AS s FROM a",
    "SELECT (SELECT max(c.k) FROM c HAVING max(c.k) > a.k) AS s FROM a",
    "SELECT (SELECT row_number() OVER (ORDER BY a.k) FROM c WHERE c.k = 1) AS s FROM a",
    "SELECT (SELECT sum(c.k) OVER (PARTITION BY a.k) FROM c WHERE c.k = 1) AS s FROM a",
    "SELECT (SELECT c.k FROM c CLUSTER BY a.k) AS s FROM a",
    "SELECT (SELECT c.k FROM c LIMIT a.k) AS s FROM a",
    "SELECT a.k, l.m FROM a, LATERAL (SELECT max(a.k) AS m FROM c) l",
    "SELECT a.k, l.m FROM a, LATERAL (SELECT max(a.k + c.k) AS m FROM c) l",
    "SELECT a.k, l.m FROM a, LATERAL (SELECT a.k + max(c.k) AS m FROM c) l",
    "SELECT a.k, l.m FROM a, LATERAL (SELECT max(c.k) AS m FROM c GROUP BY a.k) l",
    "SELECT a.k, l.m FROM a, LATERAL (SELECT c.k AS m FROM c ORDER BY a.k) l",
    "SELECT a.k, l.m FROM a, LATERAL (SELECT sum(c.k) OVER (ORDER BY a.k) AS m FROM c) l",
    "SELECT a.k, l.m FROM a RIGHT JOIN LATERAL (SELECT c.k AS m FROM c WHERE c.k = a.k) l",
    "SELECT a.k, l.m FROM a FULL JOIN LATERAL (SELECT c.k AS m FROM c WHERE c.k = a.k) l",
    "SELECT a.k, l.m FROM a, LATERAL (SELECT c.k AS m FROM c LEFT JOIN (SELECT * FROM c WHERE c.k = a.k) d ON c.k = d.k) l",
    "SELECT k FROM a LIMIT (SELECT max(k) FROM c)",
    "SELECT k FROM a ORDER BY (SELECT max(k) FROM c), k, v",
    "SELECT k FROM a ORDER BY EXISTS (SELECT k FROM c)",
    "SELECT k FROM a DISTRIBUTE BY k IN (SELECT k FROM c)",
    "SELECT k FROM a SORT BY (SELECT max(c.k) FROM c WHERE c.k = a.k)",
    "SELECT v, (SELECT count(*) FROM c WHERE c.v = a.v) AS n FROM a GROUP BY v, (SELECT count(*) FROM c WHERE c.v = a.v)",
    "SELECT v, (SELECT max(k) FROM c) AS n FROM a GROUP BY v",
    "SELECT v, v IN (SELECT v FROM c) AS n FROM a GROUP BY v",
    "SELECT v, EXISTS (SELECT 1 FROM c WHERE c.v = a.v) AS n FROM a GROUP BY v",
    "SELECT v, k IN (SELECT k FROM c) AS n FROM a GROUP BY v",
    "SELECT explode(array((SELECT max(k) FROM c)))",
    "SELECT explode(array((SELECT max(c.k) FROM c WHERE c.k = a.k))) FROM a",
    "SELECT * FROM VALUES ((SELECT max(k) FROM c)), (2) AS t(x)",
    "SELECT sum(k) FILTER (WHERE k IN (SELECT k FROM c)) AS s FROM a",
    "SELECT sum(k) FILTER (WHERE EXISTS (SELECT 1 FROM c WHERE c.k = a.k)) AS s FROM a",
    "SELECT * FROM a LEFT JOIN c ON a.k = c.k OR a.k IN (SELECT c.k FROM c)",
    "SELECT * FROM a LEFT JOIN c ON a.k + c.k IN (SELECT c.k FROM c)",
    "SELECT * FROM a LEFT JOIN c ON EXISTS (SELECT 1 FROM c AS d WHERE d.k = a.k AND d.v = c.v)",
    "SELECT * FROM a LEFT SEMI JOIN c ON a.k = c.k AND a.k IN (SELECT c.k FROM c)",
    "SELECT * FROM a FULL JOIN c ON a.k = c.k AND a.k IN (SELECT c.k FROM c)",
]


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES (1, 'x'), (2, 'y'), (NULL, 'x'), (3, NULL) AS a(k, v)"
    ).createOrReplaceTempView("a")
    spark.sql("SELECT * FROM VALUES (1, 'x'), (5, 'y') AS c(k, v)").createOrReplaceTempView("c")
    for query in QUERIES:
        yield query, ctx.answer(query)
