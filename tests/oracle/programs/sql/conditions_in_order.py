"""Is the right side of a condition asked where the left one has decided?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    rows = spark.createDataFrame(
        [(1, 4, 2, "7"), (2, 1, 0, "x"), (3, None, 3, "5"), (4, 8, None, None)],
        "id int, a int, b int, s string",
    )
    rows.createOrReplaceTempView("numbers")
    many = spark.range(20000).selectExpr("cast(id % 7 as int) AS x", "id")
    yield "and", rows.where("b <> 0 and 10 div b > 2").orderBy("id")
    yield "two filters", rows.where("b <> 0").where("10 div b > 2").orderBy("id")
    yield "a column's and", rows.where((F.col("b") != 0) & (F.expr("10 div b") > 2)).orderBy("id")
    yield "or", rows.where("b = 0 or 10 div b > 3").orderBy("id")
    yield "and, selected", rows.selectExpr("id", "b <> 0 and 10 div b > 2 AS q").orderBy("id")
    yield "or, selected", rows.selectExpr("id", "b = 0 or 10 div b > 3 AS q").orderBy("id")
    yield "no name", rows.selectExpr("b <> 0 and 10 div b > 2")
    yield "three", rows.where("b <> 0 and 10 div b > 2 and cast(s as int) > 1").orderBy("id")
    yield "casts", rows.where("s <> 'x' and cast(s as int) > 5").orderBy("id")
    yield (
        "a case of truths",
        rows.selectExpr("id", "case when b <> 0 then 10 div b > 2 else false end AS q"),
    )
    yield "many", many.where("x <> 0 and 10 div x > 4").groupBy("x").count().orderBy("x")
    yield "two of many", many.where("x <> 0").where("10 div x > 4").groupBy("x").count()
    yield (
        "in a lambda",
        rows.selectExpr("id", "filter(array(a, b), x -> x <> 0 and 8 div x > 1) AS xs"),
    )
    yield (
        "in an aggregate's filter",
        rows.selectExpr("count(*) FILTER (WHERE b <> 0 AND 10 div b > 2) AS n"),
    )
    yield (
        "having",
        spark.sql("SELECT b, sum(a) AS n FROM numbers GROUP BY b HAVING b <> 0 AND 10 div b > 2"),
    )
    yield (
        "a join's condition",
        spark.sql(
            "SELECT l.id, r.id AS other FROM numbers l JOIN numbers r "
            "ON l.id < r.id AND r.b <> 0 AND 10 div r.b > l.b"
        ),
    )
    yield (
        "below a join",
        spark.sql(
            "SELECT l.id FROM numbers l JOIN numbers r ON l.id = r.id "
            "WHERE l.b <> 0 AND 10 div l.b > 2 AND r.a > 0"
        ),
    )
    yield (
        "the guard after it",
        ctx.outcome(lambda: rows.where("10 div b > 2 and b <> 0").orderBy("id").collect()),
    )
    yield (
        "the guard after it, or",
        ctx.outcome(lambda: rows.where("10 div b > 2 or b = 0").orderBy("id").collect()),
    )
    yield (
        "unknown and",
        ctx.outcome(
            lambda: rows.selectExpr("cast(null as boolean) and 10 div b > 2 AS q").collect()
        ),
    )
    yield "unknown filter", ctx.outcome(lambda: rows.where("a > 100 and 10 div b > 2").collect())
    yield "not", rows.where("not (b = 0 or 10 div b <= 2)").orderBy("id")
    yield (
        "outer join",
        spark.sql(
            "SELECT l.id, r.id AS other FROM numbers l LEFT JOIN numbers r "
            "ON l.id = r.id AND r.b <> 0 AND 10 div r.b > 2 ORDER BY l.id"
        ),
    )
    spark.catalog.dropTempView("numbers")
