"""HAVING with GROUP BY, and without it: an error, or a WHERE by the legacy setting."""


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('a', 1), ('a', 5), ('b', 9) AS t(k, v)"
    ).createOrReplaceTempView("t")
    yield "with group by", spark.sql("SELECT k, sum(v) AS s FROM t GROUP BY k HAVING sum(v) > 6")
    yield "alias", spark.sql("SELECT k, sum(v) AS s FROM t GROUP BY k HAVING s > 6")
    yield "of what is not selected", spark.sql("SELECT k FROM t GROUP BY k HAVING max(v) = 5")
    yield "global", spark.sql("SELECT max(v) FROM t HAVING count(*) > 2")
    yield "without", ctx.error(lambda: spark.sql("SELECT k, v FROM t HAVING v > 4"))
    yield "star without", ctx.error(lambda: spark.sql("SELECT * FROM t HAVING v > 4"))
    spark.conf.set("spark.sql.legacy.parser.havingWithoutGroupByAsWhere", "true")
    yield "legacy", spark.sql("SELECT k, v FROM t HAVING v > 4")
    yield (
        "legacy with where",
        ctx.ordered(spark.sql("SELECT k, v FROM t WHERE k = 'a' HAVING v > 0 ORDER BY v DESC")),
    )
    yield (
        "legacy with an aggregate",
        ctx.outcome(lambda: spark.sql("SELECT max(v) AS m FROM t HAVING max(v) > 2").collect()),
    )
