"""WITH, several of them, one that uses another, one that hides a view."""


def run(spark, ctx):
    spark.range(5).createOrReplaceTempView("t")
    for text in [
        "WITH a AS (SELECT id FROM t WHERE id > 2) SELECT * FROM a",
        "WITH a AS (SELECT id FROM t), b AS (SELECT id * 2 AS twice FROM a) SELECT max(twice) FROM b",
        "WITH t AS (SELECT 7 AS id) SELECT * FROM t",
        "WITH a(x, y) AS (SELECT 1, 'p') SELECT y, x FROM a",
        "WITH a AS (SELECT id FROM t) SELECT p.id FROM a p JOIN a q ON p.id = q.id + 1",
        "SELECT * FROM (WITH a AS (SELECT 1 AS one) SELECT one FROM a)",
        "WITH a AS (SELECT 1), a AS (SELECT 2) SELECT * FROM a",
    ]:
        yield (
            text,
            ctx.outcome(
                lambda text=text: [
                    spark.sql(text).columns,
                    sorted(map(list, spark.sql(text).collect())),
                ]
            ),
        )
