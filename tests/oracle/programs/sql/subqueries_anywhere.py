"""IN, EXISTS and scalar subqueries wherever a value may stand, with null on either side."""

TABLES = {
    "a": (
        "k int, v string, d double",
        [(1, "x", 0.0), (2, "y", -0.0), (2, "z", 1.5), (None, "x", float("nan")), (3, None, None)],
    ),
    "b": (
        "k int, v string, d double",
        [(1, "x", 0.0), (2, "q", float("nan")), (None, "x", 2.0), (4, "w", None)],
    ),
    "c": ("k int, v string", [(1, "x"), (5, "y")]),
    "none": ("k int, v string", []),
}

INSIDE = [
    "k IN (SELECT k FROM b)",
    "k NOT IN (SELECT k FROM b)",
    "NOT (k IN (SELECT k FROM b))",
    "k IN (SELECT k FROM c)",
    "k NOT IN (SELECT k FROM c)",
    "k IN (SELECT k FROM none)",
    "k NOT IN (SELECT k FROM none)",
    "(k IN (SELECT k FROM b)) IS NULL",
    "(k IN (SELECT k FROM b)) = false",
    "NOT (k IN (SELECT k FROM c) OR v = 'z')",
    "NOT (k NOT IN (SELECT k FROM b) OR v = 'z')",
    "NOT (k NOT IN (SELECT k FROM c) AND v = 'z')",
    "k IN (SELECT k FROM b) AND v IN (SELECT v FROM c)",
    "k IN (SELECT k FROM b) OR v IN (SELECT v FROM c)",
    "k NOT IN (SELECT k FROM c) OR v IN (SELECT v FROM b WHERE b.k IS NULL)",
    "k NOT IN (SELECT k FROM b) OR v = 'z'",
    "CASE WHEN k IN (SELECT k FROM b) THEN v = 'x' ELSE true END",
    "CASE WHEN k NOT IN (SELECT k FROM b) THEN false ELSE true END",
    "if(k IN (SELECT k FROM c), true, v = 'z')",
    "coalesce(k IN (SELECT k FROM b), true)",
    "k + 1 IN (SELECT k FROM b) OR v = 'z'",
    "k IN (SELECT k + 1 FROM b) OR v = 'z'",
    "k IN (SELECT CAST(k AS BIGINT) FROM b) OR v = 'z'",
    "d IN (SELECT d FROM b) OR v = 'q'",
    "(k, v) IN (SELECT k, v FROM b)",
    "(k, v) NOT IN (SELECT k, v FROM b)",
    "(k, v) IN (SELECT k, v FROM b) OR v = 'z'",
    "(k, v) NOT IN (SELECT k, v FROM c) OR v = 'z'",
    "NOT ((k, v) IN (SELECT k, v FROM c) OR v = 'z')",
    "k IN (SELECT b.k FROM b WHERE b.v = a.v)",
    "k NOT IN (SELECT b.k FROM b WHERE b.v = a.v)",
    "k IN (SELECT b.k FROM b WHERE b.v = a.v) OR v = 'z'",
    "k NOT IN (SELECT b.k FROM b WHERE b.v = a.v) OR v = 'z'",
    "k IN (SELECT b.k FROM b WHERE b.v <> a.v)",
    "k NOT IN (SELECT b.k FROM b WHERE b.k >= a.k) OR v = 'z'",
    "k IN (SELECT max(b.k) FROM b WHERE b.v = a.v) OR v = 'z'",
    "k IN (SELECT b.k FROM b LIMIT 1) OR v = 'z'",
    "v IN (SELECT 'x') OR k = 3",
    "1 IN (SELECT k FROM b) AND k = 2",
    "EXISTS (SELECT 1 FROM b WHERE b.k > a.k)",
    "NOT EXISTS (SELECT 1 FROM b WHERE b.k <> a.k)",
    "EXISTS (SELECT 1 FROM b WHERE b.k > a.k) OR v = 'z'",
    "NOT EXISTS (SELECT 1 FROM b WHERE b.k = a.k OR b.v = a.v)",
    "EXISTS (SELECT 1 FROM b WHERE b.k = a.k OR b.v = a.v) OR v IS NULL",
    "EXISTS (SELECT 1 FROM b WHERE b.k + a.k > 3) = true",
    "EXISTS (SELECT 1 FROM b WHERE b.k <=> a.k)",
    "EXISTS (SELECT 1 FROM b WHERE b.k <=> a.k) OR v = 'z'",
    "EXISTS (SELECT max(k) FROM b WHERE b.k = a.k) OR v = 'z'",
    "EXISTS (SELECT max(k) FROM b WHERE b.k = a.k)",
    "EXISTS (SELECT k FROM b WHERE b.k = a.k GROUP BY k HAVING count(*) > 1)",
    "EXISTS (SELECT k FROM b WHERE b.k > a.k GROUP BY k HAVING count(*) = 1) OR v = 'z'",
    "EXISTS (SELECT 1 FROM b WHERE b.k = a.k LIMIT 1)",
    "EXISTS (SELECT 1 FROM b WHERE b.k = a.k LIMIT 0)",
    "EXISTS (SELECT 1 FROM b WHERE b.k > a.k ORDER BY b.k LIMIT 1 OFFSET 1)",
    "EXISTS (SELECT 1 FROM b JOIN c ON b.v = c.v WHERE c.k = a.k)",
    "EXISTS (SELECT 1 FROM b JOIN c ON b.v = c.v AND c.k = a.k) OR v = 'z'",
    "EXISTS (SELECT 1 FROM b LEFT JOIN c ON b.v = c.v WHERE b.k = a.k AND c.k IS NULL) OR v = 'z'",
    "EXISTS (SELECT k FROM b WHERE b.k = a.k UNION ALL SELECT k FROM c WHERE c.k = a.k)",
    "EXISTS (SELECT k FROM b WHERE b.k = a.k UNION SELECT k FROM c WHERE c.k > a.k) OR v = 'z'",
    "EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND b.v IN (SELECT c.v FROM c WHERE c.k = b.k))",
    "EXISTS (SELECT 1 FROM b WHERE b.k = a.k AND EXISTS (SELECT 1 FROM c WHERE c.k = b.k)) OR v = 'z'",
    "EXISTS (SELECT 1 FROM b WHERE EXISTS (SELECT 1 FROM c WHERE c.k = a.k AND c.v = b.v))",
    "EXISTS (SELECT 1 FROM b WHERE b.d = a.d) OR v = 'q'",
]

SCALARS = [
    "(SELECT c.v FROM c WHERE c.k = a.k)",
    "(SELECT b.v FROM b WHERE b.k = a.k)",
    "(SELECT b.v FROM b WHERE b.v = a.v AND b.k IS NULL)",
    "(SELECT b.v FROM b WHERE b.v = a.v)",
    "(SELECT max(b.k) FROM b WHERE b.v = a.v)",
    "(SELECT count(*) FROM b WHERE b.k > a.k)",
    "(SELECT count(*) + 1 FROM b WHERE b.k <> a.k)",
    "(SELECT count(b.k) FROM b WHERE b.v = a.v OR b.k < a.k)",
    "(SELECT sum(b.k) FROM b WHERE b.k + 1 > a.k)",
    "(SELECT sum(b.k + 10) FROM b WHERE b.k = a.k + 1)",
    "(SELECT max(c.k) FROM c WHERE c.v = a.v HAVING count(*) > 0)",
    "(SELECT count(*) FROM b WHERE b.k = a.k HAVING count(*) > 0)",
    "(SELECT b.v FROM b WHERE b.k >= a.k ORDER BY b.k DESC LIMIT 1)",
    "(SELECT b.v FROM b WHERE b.k >= a.k ORDER BY b.k LIMIT 1)",
    "(SELECT b.v FROM b WHERE b.k >= a.k ORDER BY b.k LIMIT 1 OFFSET 1)",
    "(SELECT b.k + c.k FROM b, c WHERE b.k = a.k AND c.k = a.k)",
    "(SELECT c.k FROM b LEFT JOIN c ON b.v = c.v WHERE b.k = a.k)",
    "(SELECT a.k + 1)",
    "(SELECT a.k)",
    "(SELECT a.v || 'x' WHERE a.k > 1)",
    "(SELECT max(x) FROM (SELECT b.k + 1 AS x FROM b WHERE b.k = a.k))",
    "(SELECT max(x) FROM (SELECT b.k AS x FROM b WHERE b.k = a.k UNION ALL SELECT c.k FROM c WHERE c.v = a.v))",
    "(SELECT DISTINCT b.k FROM b WHERE b.k = a.k)",
    "(SELECT b.k FROM b WHERE b.k = a.k GROUP BY b.k)",
    "(SELECT max(b.k) FROM b WHERE b.k <= a.k GROUP BY b.v)",
    "(SELECT count(*) FROM b WHERE b.k = (SELECT max(c.k) FROM c WHERE c.v = a.v))",
    "(SELECT max(b.k) FROM b WHERE b.k IN (SELECT c.k FROM c WHERE c.k = a.k))",
    "(SELECT explode(array(a.k)))",
    "(SELECT sum(x) FROM (SELECT explode(array(a.k, 10)) AS x))",
    "(SELECT collect_list(b.v) FROM b WHERE b.k <= a.k)",
    "(SELECT max(a.k) FROM b)",
    "(SELECT max(a.k + b.k) FROM b)",
    "(SELECT row_number() OVER (ORDER BY c.k) FROM c WHERE c.k = a.k)",
    "(SELECT max(r) FROM (SELECT row_number() OVER (ORDER BY b.k) AS r FROM b WHERE b.k >= a.k))",
    "(SELECT count(*) FROM b WHERE b.d = a.d)",
    "(SELECT count(*) FROM none WHERE none.k = a.k)",
    "(SELECT none.v FROM none WHERE none.k = a.k)",
    "(SELECT b.k FROM b WHERE b.k = a.k INTERSECT SELECT c.k FROM c)",
    "(SELECT b.k FROM b WHERE b.k = a.k EXCEPT SELECT c.k FROM c WHERE c.v = a.v)",
]

QUERIES = [
    "SELECT k, v FROM a ORDER BY k IN (SELECT k FROM c), v, k",
    "SELECT k, v FROM a ORDER BY (SELECT max(b.v) FROM b WHERE b.k = a.k), v, k",
    "SELECT v, k IN (SELECT k FROM c) AS i FROM a ORDER BY i, v, k",
    "SELECT sum(CASE WHEN k IN (SELECT k FROM c) THEN 1 ELSE 0 END) AS n FROM a",
    "SELECT v, count_if(k IN (SELECT k FROM b)) AS n FROM a GROUP BY v",
    "SELECT v, sum((SELECT max(b.k) FROM b WHERE b.k = a.k)) AS n FROM a GROUP BY v",
    "SELECT k IN (SELECT k FROM c) AS i, count(*) n FROM a GROUP BY k IN (SELECT k FROM c)",
    "SELECT k IN (SELECT k FROM c) AS i, count(*) n FROM a GROUP BY 1",
    "SELECT (SELECT max(b.v) FROM b WHERE b.k = a.k) AS m, count(*) n FROM a GROUP BY 1",
    "SELECT v, max(k) FROM a GROUP BY v HAVING max(k) IN (SELECT k FROM b)",
    "SELECT v, max(k) FROM a GROUP BY v HAVING max(k) NOT IN (SELECT k FROM c) OR v = 'x'",
    "SELECT v, max(k) FROM a GROUP BY v HAVING count(*) > (SELECT count(*) FROM c WHERE c.v = a.v)",
    "SELECT v, (SELECT count(*) FROM c WHERE c.v = a.v) AS n FROM a GROUP BY v",
    "SELECT v, (SELECT count(*) FROM c WHERE c.k = max(a.k)) AS n FROM a GROUP BY v",
    "SELECT v, max(k) AS m, (SELECT first(c.v) FROM c WHERE c.k = m) AS n FROM a GROUP BY v",
    "SELECT count(*) FROM a WHERE (SELECT count(*) FROM c WHERE c.k = a.k) = 0",
    "SELECT k, rank() OVER (ORDER BY (SELECT max(b.v) FROM b WHERE b.k = a.k)) AS r FROM a",
    "SELECT k, sum(k) OVER (PARTITION BY k IN (SELECT k FROM c)) AS r FROM a",
    "SELECT a.k, b.k AS j FROM a JOIN b ON a.k IN (SELECT k FROM c) AND a.v = b.v",
    "SELECT a.k, b.k AS j FROM a JOIN b ON a.k = b.k AND EXISTS (SELECT 1 FROM c WHERE c.k = a.k)",
    "SELECT a.k, b.k AS j FROM a LEFT JOIN b ON a.k = b.k AND b.k IN (SELECT k FROM c)",
    "SELECT a.k, b.k AS j FROM a JOIN b ON a.k = (SELECT max(c.k) FROM c WHERE c.v = b.v)",
    "SELECT a.k, b.k AS j FROM a LEFT JOIN b ON a.k = (SELECT max(c.k) FROM c WHERE c.v = b.v)",
    "SELECT a.k, b.k AS j FROM a LEFT JOIN b ON a.k = b.k AND b.v = (SELECT max(c.v) FROM c)",
    "SELECT transform(array(1, 2), x -> x IN (SELECT k FROM c)) FROM a",
    "SELECT transform(array(1, 2), x -> (SELECT max(k) FROM c WHERE c.k = x)) FROM a",
    "SELECT k FROM a WHERE k IN (SELECT k, v FROM b) OR v = 'z'",
    "SELECT k FROM a WHERE k IN (SELECT d > 1 FROM b) OR v = 'z'",
    "SELECT (SELECT k, v FROM c WHERE c.k = a.k) FROM a",
    "SELECT k FROM a WHERE (SELECT k FROM c WHERE c.k = a.k) IS NULL AND v IS NOT NULL",
    "SELECT (SELECT sum(a.k) FROM c) FROM a",
    "SELECT (SELECT a.k + sum(c.k) FROM c) AS s FROM a",
    "SELECT (SELECT map(1, a.k)) FROM a",
    "SELECT m, (SELECT count(*) FROM c WHERE m[c.k] = 2) AS n FROM (SELECT map(1, k) AS m FROM a)",
    "SELECT k FROM a WHERE k > ANY (SELECT k FROM c)",
    "SELECT (SELECT rand(3) < 2 FROM c WHERE c.k = a.k) AS r FROM a",
    "SELECT (SELECT b.k FROM b TABLESAMPLE (100 PERCENT) WHERE b.k = a.k) AS r FROM a",
    "SELECT (SELECT sum(s) FROM (SELECT a.k AS s FROM b GROUP BY ROLLUP (b.v))) AS r FROM a",
    "SELECT (SELECT count(*) FROM b RIGHT JOIN c ON b.k = c.k AND c.k = a.k) AS r FROM a",
    "SELECT (SELECT count(*) FROM b FULL JOIN c ON b.k = c.k AND c.k = a.k) AS r FROM a",
    "SELECT (SELECT count(*) FROM (SELECT * FROM b WHERE b.k = a.k) x FULL JOIN c ON x.k = c.k) AS r FROM a",
    "SELECT (SELECT count(*) FROM (SELECT * FROM b WHERE b.k = a.k) x RIGHT JOIN c ON x.k = c.k) AS r FROM a",
    "SELECT (SELECT count(*) FROM c LEFT JOIN (SELECT * FROM b WHERE b.k = a.k) x ON x.k = c.k) AS r FROM a",
    "SELECT (SELECT count(*) FROM c LEFT SEMI JOIN (SELECT * FROM b WHERE b.k = a.k) x ON x.k = c.k) AS r FROM a",
    "SELECT (SELECT count(*) FROM c LEFT ANTI JOIN (SELECT * FROM b WHERE b.k = a.k) x ON x.k = c.k) AS r FROM a",
    "SELECT (SELECT count(*) FROM (SELECT DISTINCT v FROM b WHERE b.k > a.k)) AS r FROM a",
    "SELECT (SELECT count(*) FROM (SELECT b.k FROM b WHERE b.k > a.k LIMIT 1)) AS r FROM a",
    "SELECT (WITH w AS (SELECT k FROM b WHERE b.k > a.k) SELECT max(k) FROM w) AS r FROM a",
    "SELECT (WITH w AS (SELECT k FROM b) SELECT max(k) FROM w WHERE w.k > a.k) AS r FROM a",
    "UPDATE a SET k = 1 WHERE k IN (SELECT k FROM c)",
]

LATERALS = [
    "SELECT a.k, l.m FROM a, LATERAL (SELECT max(b.k) AS m FROM b WHERE b.k <= a.k) l",
    "SELECT a.k, l.k AS j FROM a, LATERAL (SELECT b.k FROM b WHERE b.k >= a.k ORDER BY b.k DESC LIMIT 1) l",
    "SELECT a.k, l.k AS j FROM a, LATERAL (SELECT b.k FROM b WHERE b.k >= a.k ORDER BY b.k LIMIT 2) l",
    "SELECT a.k, l.k AS j FROM a LEFT JOIN LATERAL (SELECT b.k FROM b WHERE b.k >= a.k ORDER BY b.k LIMIT 1) l",
    "SELECT a.k, l.k AS j FROM a LEFT JOIN LATERAL (SELECT b.k FROM b WHERE b.k >= a.k) l ON l.k > 2",
    "SELECT a.k, l.n FROM a, LATERAL (SELECT count(*) AS n FROM b WHERE b.k > a.k) l",
    "SELECT a.k, l.* FROM a, LATERAL (SELECT DISTINCT b.v, a.k AS o FROM b WHERE b.k > a.k) l",
    "SELECT a.k, l.* FROM a, LATERAL (SELECT b.k FROM b WHERE b.k = a.k UNION ALL SELECT a.k * 10) l",
    "SELECT a.k, l.* FROM a, LATERAL (SELECT b.k, m.s FROM b, LATERAL (SELECT b.k + a.k AS s) m) l",
    "SELECT a.k, l.* FROM a, LATERAL (SELECT b.k, m.n FROM b, LATERAL (SELECT count(*) AS n FROM c WHERE c.k >= b.k AND c.k >= a.k) m) l",
    "SELECT a.k, l.r FROM a, LATERAL (SELECT row_number() OVER (ORDER BY b.k) AS r FROM b WHERE b.k > a.k) l",
    "SELECT a.k, l.v FROM a, LATERAL (SELECT b.v FROM b LEFT JOIN c ON b.k = c.k AND c.k = a.k WHERE b.k > 1) l",
    "SELECT a.k, l.n FROM a, LATERAL (SELECT v, count(*) AS n FROM b WHERE b.k <> a.k GROUP BY v) l WHERE l.n > 0",
    "SELECT a.k, (SELECT count(*) FROM c, LATERAL (SELECT c.k + a.k AS s) l WHERE l.s > 3) AS n FROM a",
    "SELECT a.k, l.m FROM a JOIN LATERAL (SELECT (SELECT max(c.k) FROM c WHERE c.k > a.k) AS m) l",
]


def _answer(spark, ctx, query):
    """The rows with their columns, or the error."""
    try:
        frame = spark.sql(query)
        frame.collect()
    except Exception as error:
        failure = error
        return ctx.error(lambda: _raise(failure))
    return frame


def _raise(error):
    raise error


def run(spark, ctx):
    for name, (schema, rows) in TABLES.items():
        spark.createDataFrame(rows, schema).createOrReplaceTempView(name)
    for test in INSIDE:
        yield f"where {test}", _answer(spark, ctx, f"SELECT k, v FROM a WHERE {test}")
        yield f"select {test}", _answer(spark, ctx, f"SELECT k, v, {test} AS t FROM a")
    for value in SCALARS:
        yield f"select {value}", _answer(spark, ctx, f"SELECT k, v, {value} AS s FROM a")
        yield f"where {value}", _answer(spark, ctx, f"SELECT k, v FROM a WHERE {value} IS NOT NULL")
    for query in QUERIES + LATERALS:
        ordered = " ORDER BY " in query and not query.endswith(")") and "OVER" not in query
        answer = _answer(spark, ctx, query)
        yield (
            query,
            ctx.ordered(answer)
            if ordered and hasattr(answer, "collect") and "LATERAL" not in query
            else answer,
        )
