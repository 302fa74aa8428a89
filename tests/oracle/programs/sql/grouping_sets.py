"""CUBE, ROLLUP, GROUPING SETS, grouping() and grouping_id()."""


def run(spark, ctx):
    df = spark.sql(
        "SELECT * FROM VALUES ('a', 'x', 1), ('a', 'y', 2), ('b', 'x', 3), (null, 'x', 4) AS t(k, l, v)"
    )
    df.createOrReplaceTempView("t")
    yield "cube", spark.sql("SELECT k, l, sum(v) AS s FROM t GROUP BY CUBE (k, l)")
    yield (
        "rollup",
        spark.sql("SELECT k, l, sum(v) AS s, grouping_id() AS g FROM t GROUP BY ROLLUP (k, l)"),
    )
    yield "with rollup", spark.sql("SELECT k, l, count(*) AS n FROM t GROUP BY k, l WITH ROLLUP")
    yield (
        "sets",
        spark.sql(
            "SELECT k, l, max(v) AS m, grouping(k) AS gk FROM t GROUP BY GROUPING SETS ((k), (l), ())"
        ),
    )
    yield "call of cube", df.cube("k", "l").count()
    yield "call of rollup", df.rollup("k").sum("v")
    yield "grouping outside", ctx.error(lambda: spark.sql("SELECT grouping(k) FROM t GROUP BY k"))
