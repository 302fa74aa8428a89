"""Which row do first and last take of a frame that was sorted, and over groups of it?"""


def run(spark, ctx):
    from pyspark.sql import functions as sf

    df = spark.createDataFrame(
        [(1, "c", 3), (1, "a", 1), (2, "z", 9), (1, "b", 2), (2, "y", 8), (2, None, 7)],
        "k int, s string, n int",
    ).coalesce(1)
    up, down = df.orderBy("n"), df.orderBy(sf.desc("n"))
    both = [sf.first("s").alias("f"), sf.last("s").alias("l")]
    yield "up", up.agg(*both)
    yield "down", down.agg(*both)
    yield "by key", up.groupBy("k").agg(*both)
    yield "by key, down", down.groupBy("k").agg(*both)
    yield "ignore nulls", up.groupBy("k").agg(sf.first("s", True), sf.last("s", True))
    yield "lists", down.groupBy("k").agg(sf.collect_list("n"))
    yield "list", up.agg(sf.collect_list("s"))
    yield "in SQL", spark.sql("SELECT 1").limit(0)
    up.createOrReplaceTempView("up_rows")
    yield "view", spark.sql("SELECT first(s), last(s), any_value(s) FROM up_rows")
    yield (
        "subquery",
        spark.sql(
            "SELECT k, first(n), last(n) FROM (SELECT * FROM up_rows ORDER BY n DESC) GROUP BY k"
        ),
    )
    yield "limited", down.limit(3).agg(*both)
    yield "sorted within", df.sortWithinPartitions(sf.desc("n")).groupBy("k").agg(*both)
    yield "distinct beside", up.groupBy("k").agg(sf.first("n"), sf.countDistinct("s"))
