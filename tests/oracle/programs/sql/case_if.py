"""CASE in both forms, IF, and their names."""


def run(spark, ctx):
    spark.sql("SELECT * FROM VALUES (1), (5), (null) AS t(a)").createOrReplaceTempView("t")
    yield (
        "searched",
        spark.sql(
            "SELECT a, CASE WHEN a > 3 THEN 'big' WHEN a > 0 THEN 'small' ELSE 'none' END FROM t"
        ),
    )
    yield "simple", spark.sql("SELECT CASE a WHEN 1 THEN 10 WHEN 5 THEN 50.5 END AS c FROM t")
    yield "if", spark.sql("SELECT if(a > 3, 'y', 'n'), nvl2(a, a, 0) FROM t")
    yield "decode", spark.sql("SELECT decode(a, 1, 'one', null, 'nothing', 'else') AS d FROM t")
    yield "in an aggregate", spark.sql("SELECT sum(CASE WHEN a > 3 THEN 1 ELSE 0 END) AS n FROM t")
    yield "not a condition", ctx.error(lambda: spark.sql("SELECT CASE WHEN a THEN 1 END FROM t"))
