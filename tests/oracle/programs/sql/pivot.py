"""PIVOT and UNPIVOT clauses of SQL: rows, names, nulls, refusals."""

QUERIES = [
    "SELECT * FROM t PIVOT (sum(v) FOR p IN ('x', 'y'))",
    "SELECT * FROM t PIVOT (sum(v) AS s FOR p IN ('x' AS ex, 'y'))",
    "SELECT * FROM t PIVOT (sum(v), max(d) AS m FOR p IN ('x' AS a, 'y' b))",
    "SELECT * FROM (SELECT k, p, v FROM t) PIVOT (sum(v) FOR p IN ('x', 'z'))",
    "SELECT * FROM (SELECT k, p, v FROM t) AS q PIVOT (sum(v) FOR p IN ('x')) AS r WHERE x > 1",
    "SELECT r.x FROM (SELECT k, p, v FROM t) PIVOT (sum(v) FOR p IN ('x')) r",
    "SELECT * FROM t PIVOT (count(*) FOR (p, k) IN (('x', 'a'), ('y', 'b') AS yb))",
    "SELECT * FROM (SELECT p, v FROM t) PIVOT (sum(v) FOR p IN ('x', null))",
    "SELECT * FROM (SELECT k, v FROM t) PIVOT (count(*) FOR v IN (1, 2 + 1))",
    "SELECT * FROM t PIVOT (v FOR p IN ('x'))",
    "SELECT * FROM t PIVOT (sum(v) + 1 FOR p IN ('x'))",
    "SELECT * FROM t PIVOT (sum(v) FOR nope IN ('x'))",
    "SELECT * FROM t PIVOT (sum(v) FOR p IN (k))",
    "SELECT * FROM t PIVOT (sum(v) FOR p IN (1))",
    "SELECT * FROM w UNPIVOT (val FOR name IN (a, b))",
    "SELECT * FROM w UNPIVOT INCLUDE NULLS (val FOR name IN (a, b))",
    "SELECT * FROM w UNPIVOT EXCLUDE NULLS (val FOR name IN (a AS one, b AS two)) AS u",
    "SELECT * FROM w UNPIVOT ((p, q) FOR name IN ((a, b), (b, a) AS swapped))",
    "SELECT * FROM w UNPIVOT (val FOR name IN (a, c))",
    "SELECT * FROM w UNPIVOT (val FOR name IN (a, nope))",
    "SELECT * FROM w UNPIVOT (val FOR name IN (a, s))",
    "SELECT u.val FROM w UNPIVOT (val FOR name IN (w.a)) u WHERE val > 1",
]


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 'x', 1, 1.5D), ('a', 'y', 2, 2.5D), ('b', 'x', 3, 3.5D),"
        " ('b', null, 4, 4.5D), (null, 'x', 5, 5.5D) AS t(k, p, v, d)"
    ).createOrReplaceTempView("t")
    spark.sql(
        "SELECT * FROM VALUES (1, 10, 20, 5L, 'm'), (2, null, 21, 6L, 'n') AS w(id, a, b, c, s)"
    ).createOrReplaceTempView("w")

    def rows(text):
        df = spark.sql(text)
        names = [[f.name, f.dataType.simpleString(), f.nullable] for f in df.schema]
        return [names, sorted((list(row) for row in df.collect()), key=str)]

    for text in QUERIES:
        yield text, ctx.outcome(lambda text=text: rows(text))
