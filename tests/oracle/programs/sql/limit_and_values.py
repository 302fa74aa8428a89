"""LIMIT, OFFSET, VALUES as a table, SELECT without FROM, star forms."""


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES (3, 'c'), (1, 'a'), (2, 'b') AS t(n, s)"
    ).createOrReplaceTempView("t")
    yield "limit", ctx.ordered(spark.sql("SELECT * FROM t ORDER BY n LIMIT 2"))
    yield "offset", ctx.ordered(spark.sql("SELECT * FROM t ORDER BY n LIMIT 1 OFFSET 1"))
    yield "limit all", spark.sql("SELECT count(*) AS c FROM (SELECT * FROM t LIMIT ALL)")
    yield "values", spark.sql("VALUES (1, 'a'), (2, null)")
    yield "values with names", spark.sql("SELECT p, q FROM (VALUES (1, 2.5), (3, 4)) AS v(p, q)")
    yield "no from", spark.sql("SELECT 1, 'a' AS b, null, 2.50, 1 = 1")
    yield "star of a table", spark.sql("SELECT t.*, n + 1 AS m FROM t")
    yield "star except", spark.sql("SELECT * EXCEPT (s) FROM t")
    yield "table", spark.sql("TABLE t")
    yield "backquotes", spark.sql("SELECT `n` AS `my n`, t.`s` FROM `t`")
    yield "comments", spark.sql("SELECT /* why */ n -- this\nFROM t WHERE n = 1")
    yield (
        "parameters",
        spark.sql(
            "SELECT n FROM t WHERE n > :low AND s != ?".replace("?", ":out"),
            args={"low": 1, "out": "b"},
        ),
    )
    yield "positions", spark.sql("SELECT n FROM t WHERE n > ? AND s != ?", args=[1, "b"])
    yield "a frame as a table", spark.sql("SELECT max(id) AS m FROM {df}", df=spark.range(4))
    yield "negative limit", ctx.error(lambda: spark.sql("SELECT * FROM t LIMIT -1"))
    yield "limit that is no number", ctx.error(lambda: spark.sql("SELECT * FROM t LIMIT 'x'"))
