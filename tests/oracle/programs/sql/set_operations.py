"""UNION, UNION ALL, INTERSECT, EXCEPT, MINUS and their order."""


def run(spark, ctx):
    for text in [
        "SELECT 1 AS a UNION SELECT 1 UNION ALL SELECT 2",
        "SELECT 1 AS a UNION ALL SELECT 1",
        "SELECT 1 AS a, 'x' AS b UNION SELECT 2.5, null",
        "SELECT * FROM VALUES (1), (2), (2) AS t(a) INTERSECT SELECT 2",
        "SELECT * FROM VALUES (1), (2), (2) AS t(a) EXCEPT SELECT 1",
        "SELECT * FROM VALUES (1), (2), (2) AS t(a) EXCEPT ALL SELECT 2",
        "SELECT * FROM VALUES (1), (2) AS t(a) MINUS SELECT 1",
        "SELECT 1 AS a UNION ALL (SELECT 3 UNION ALL SELECT 2) ORDER BY a DESC LIMIT 2",
        "SELECT 1 AS a UNION SELECT 1, 2",
        "SELECT 1 AS a UNION SELECT 'x'",
    ]:
        yield (
            text,
            ctx.outcome(
                lambda text=text: [
                    spark.sql(text).dtypes,
                    sorted(map(list, spark.sql(text).collect()), key=str),
                ]
            ),
        )
