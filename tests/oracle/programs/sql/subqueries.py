"""Subqueries with and without an alias, scalar ones, IN, EXISTS, correlated."""


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES (1, 'a', 10), (2, 'b', 20), (3, 'a', 30), (4, null, 5) AS t(id, k, v)"
    ).createOrReplaceTempView("t")
    spark.sql("SELECT * FROM VALUES ('a', 15), ('c', 1) AS u(k, lim)").createOrReplaceTempView("u")
    for text in [
        "SELECT * FROM (SELECT id, v FROM t WHERE v > 5) AS foo WHERE id < 3",
        "SELECT id FROM (SELECT id FROM t)",
        "SELECT foo.id FROM (SELECT id FROM t) foo",
        "SELECT id, (SELECT max(v) FROM t) AS top FROM t",
        "SELECT id FROM t WHERE v = (SELECT max(v) FROM t)",
        "SELECT id FROM t WHERE k IN (SELECT k FROM u)",
        "SELECT id FROM t WHERE k NOT IN (SELECT k FROM u)",
        "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.k = t.k AND t.v > u.lim)",
        "SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.k = t.k)",
        "SELECT id, (SELECT lim FROM u WHERE u.k = t.k) AS lim FROM t",
        "SELECT c(id) FROM (SELECT id FROM t) AS x(c)",
        "SELECT c FROM (SELECT id FROM t) AS x(c)",
        "SELECT id FROM t WHERE v > (SELECT avg(v) FROM t AS s WHERE s.k = t.k)",
        "SELECT (SELECT v FROM t) AS many",
        "SELECT (SELECT v FROM t WHERE id = 99) AS none",
    ]:
        yield (
            text,
            ctx.outcome(lambda text=text: sorted(map(list, spark.sql(text).collect()), key=str)),
        )
