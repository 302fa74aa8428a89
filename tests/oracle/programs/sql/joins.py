"""JOIN kinds, USING, NATURAL, comma, aliases and nested joins in SQL text."""


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES (1, 'a'), (2, 'b'), (null, 'n') AS t(id, l)"
    ).createOrReplaceTempView("l")
    spark.sql(
        "SELECT * FROM VALUES (2, 20), (3, 30), (null, 0) AS t(id, r)"
    ).createOrReplaceTempView("r")
    for join in [
        "JOIN",
        "INNER JOIN",
        "LEFT JOIN",
        "LEFT OUTER JOIN",
        "RIGHT JOIN",
        "FULL OUTER JOIN",
        "LEFT SEMI JOIN",
        "LEFT ANTI JOIN",
        "SEMI JOIN",
        "ANTI JOIN",
    ]:
        yield join, spark.sql(f"SELECT * FROM l {join} r ON l.id = r.id")
    for text in [
        "SELECT * FROM l JOIN r USING (id)",
        "SELECT id, l, r FROM l FULL JOIN r USING (id)",
        "SELECT * FROM l NATURAL JOIN r",
        "SELECT l.l, x.r FROM l, r AS x WHERE l.id = x.id",
        "SELECT count(*) FROM l CROSS JOIN r",
        "SELECT a.l, c.l FROM l a JOIN r b ON a.id = b.id JOIN l c ON c.id = b.id",
        "SELECT /*+ BROADCAST(r) */ l.l FROM l JOIN r ON l.id < r.id",
    ]:
        yield text, spark.sql(text)
    yield "ambiguous", ctx.error(lambda: spark.sql("SELECT id FROM l JOIN r ON l.id = r.id"))
    yield "unknown alias", ctx.error(lambda: spark.sql("SELECT z.id FROM l"))
    yield (
        "condition on nothing",
        ctx.error(lambda: spark.sql("SELECT * FROM l JOIN r ON l.nope = r.id")),
    )
