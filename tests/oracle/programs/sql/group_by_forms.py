"""GROUP BY by position, alias, expression, ALL; FILTER; DISTINCT."""


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 1), ('a', 2), ('b', 3), (null, 4) AS t(k, v)"
    ).createOrReplaceTempView("t")
    yield "position", spark.sql("SELECT k, sum(v) FROM t GROUP BY 1")
    yield "alias", spark.sql("SELECT upper(k) AS u, sum(v) AS s FROM t GROUP BY u")
    yield "expression", spark.sql("SELECT v % 2, count(*) FROM t GROUP BY v % 2")
    yield (
        "expression used inside another",
        spark.sql("SELECT v % 2 + 10 AS x, count(*) AS n FROM t GROUP BY v % 2"),
    )
    yield "all", spark.sql("SELECT k, max(v) AS m FROM t GROUP BY ALL")
    yield (
        "filter",
        spark.sql(
            "SELECT count(*) FILTER (WHERE v > 1) AS n, sum(v) FILTER (WHERE k = 'a') FROM t"
        ),
    )
    yield "distinct", spark.sql("SELECT DISTINCT k FROM t")
    yield "count distinct", spark.sql("SELECT count(DISTINCT k, v), count(DISTINCT k) FROM t")
    yield "sum of distinct", spark.sql("SELECT sum(DISTINCT v % 2) FROM t")
    yield "group without an aggregate", spark.sql("SELECT k FROM t GROUP BY k")
    yield (
        "order by an aggregate",
        ctx.ordered(spark.sql("SELECT k FROM t GROUP BY k ORDER BY max(v) DESC")),
    )
    yield "not grouped", ctx.error(lambda: spark.sql("SELECT k, v FROM t GROUP BY k"))
    yield (
        "position of an aggregate",
        ctx.error(lambda: spark.sql("SELECT k, sum(v) FROM t GROUP BY 2")),
    )
    yield "position too large", ctx.error(lambda: spark.sql("SELECT k FROM t GROUP BY 5"))
    yield (
        "aggregate in where",
        ctx.error(lambda: spark.sql("SELECT k FROM t WHERE sum(v) > 1 GROUP BY k")),
    )
    yield (
        "aggregate in group by",
        ctx.error(lambda: spark.sql("SELECT sum(v) FROM t GROUP BY sum(v)")),
    )
