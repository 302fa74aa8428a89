"""Is an expression computed for rows that a condition leaves out?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    rows = spark.createDataFrame([(1, 4, 2), (4, 1, 0), (5, 9, 3)], "id int, a int, b int")
    rows.createOrReplaceTempView("numbers")
    yield "where", rows.where("id <> 4").selectExpr("id", "a div b AS q").orderBy("id")
    yield "in SQL", spark.sql("SELECT id, a / b AS q FROM numbers WHERE b <> 0 ORDER BY id")
    yield (
        "below a join",
        rows.join(spark.createDataFrame([(1,), (5,)], "id int"), "id")
        .selectExpr("id", "a % b AS rest")
        .orderBy("id"),
    )
    yield (
        "a lambda",
        rows.withColumn("xs", F.array("a", "b"))
        .where("id <> 4")
        .selectExpr("id", "transform(xs, x -> a div x) AS ys")
        .orderBy("id"),
    )
    yield "limit", rows.limit(1).selectExpr("a div b AS q")
    yield "all the same", ctx.error(lambda: rows.selectExpr("id", "a div b AS q").collect())
    spark.catalog.dropTempView("numbers")
