"""What gives LATERAL in FROM?"""

SETUP = "VALUES (1, 2), (2, 0), (3, 3) AS l(a, n)"
RIGHT = "VALUES (1, 'x'), (1, 'y'), (3, 'z') AS r(a, t)"


def run(spark, ctx):
    spark.sql(f"SELECT * FROM {SETUP}").createOrReplaceTempView("lt_l")
    spark.sql(f"SELECT * FROM {RIGHT}").createOrReplaceTempView("lt_r")
    try:
        for text in (
            "SELECT * FROM lt_l, LATERAL (SELECT t FROM lt_r WHERE lt_r.a = lt_l.a)",
            "SELECT * FROM lt_l JOIN LATERAL (SELECT t FROM lt_r WHERE lt_r.a = lt_l.a) AS q",
            "SELECT * FROM lt_l LEFT JOIN LATERAL (SELECT t FROM lt_r WHERE lt_r.a = lt_l.a) q ON q.t <> 'y'",
            "SELECT * FROM lt_l CROSS JOIN LATERAL (SELECT lt_l.a + lt_l.n AS s)",
            "SELECT * FROM lt_l, LATERAL (SELECT count(*) AS k FROM lt_r WHERE lt_r.a = lt_l.a)",
            "SELECT * FROM lt_l, LATERAL (SELECT a * 2) AS q(twice)",
            "SELECT * FROM lt_l, LATERAL (SELECT lt_l.a * 2 AS d), LATERAL (SELECT d + 1 AS e)",
            "SELECT * FROM lt_l, LATERAL (SELECT max(t) AS m FROM lt_r WHERE lt_r.a <= lt_l.a)",
            "SELECT * FROM lt_l, LATERAL (SELECT t FROM lt_r WHERE lt_r.a = lt_l.a ORDER BY t LIMIT 1)",
            "SELECT * FROM lt_l, LATERAL explode(sequence(1, n)) AS e(i)",
            "SELECT * FROM lt_l, (SELECT lt_l.a)",
            "SELECT * FROM lt_l RIGHT JOIN LATERAL (SELECT lt_l.a)",
        ):
            yield (
                text,
                ctx.outcome(lambda t=text: sorted(map(tuple, spark.sql(t).collect()), key=str)),
            )
            yield text + " columns", ctx.outcome(lambda t=text: spark.sql(t).columns)
    finally:
        spark.catalog.dropTempView("lt_l")
        spark.catalog.dropTempView("lt_r")
