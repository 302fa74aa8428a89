"""Columns called count, time, window, end, and what must be quoted."""


def run(spark, ctx):
    spark.sql(
        "SELECT 1 AS count, 2 AS time, struct(3 AS start, 4 AS end) AS window, 5 AS `order`, 6 AS date, 7 AS action"
    ).createOrReplaceTempView("t")
    yield "plain", spark.sql("SELECT count, time, window, action, date FROM t")
    yield "fields", spark.sql("SELECT window.start, window.end, t.window.end AS e FROM t")
    yield "in functions", spark.sql("SELECT max(count), sum(time), avg(count) AS count FROM t")
    yield "qualified", spark.sql("SELECT t.count, t.`order` FROM t AS t")
    yield "case", spark.sql("SELECT COUNT, Time FROM T")
    yield "aliases", spark.sql("SELECT 1 count, 2 AS end, 3 start, 4 first")
    yield "quoted", spark.sql("SELECT `order` FROM t")
    yield "star of a struct", spark.sql("SELECT window.* FROM t")
