"""max, min, sum, variance over a view, with the names that Spark gives."""


def run(spark, ctx):
    spark.sql(
        "SELECT * FROM VALUES ('Open', 5L), ('Open', 7L), ('Close', 3L), ('Close', 9L) AS t(action, count)"
    ).createOrReplaceTempView("counts")
    for text in [
        "select max(count) from counts",
        "select min(count) from counts",
        "select action, sum(count) as total_count from counts group by action",
        "select count(*) from counts",
        "select count(1) from counts",
        "select variance(count) from counts",
        "select variance(count) as varianza from (select * from counts order by count desc) as ordered",
        "select var_samp(count), stddev(count), var_pop(count) from counts",
        "select avg(count), mean(count) from counts",
        "select sum(count) / 2, sum(count) + 1 from counts",
        "select action, count(*) from counts group by action having count(*) > 1",
        "select max(count) as count from counts",
        "select count(distinct action) from counts",
    ]:
        yield text, ctx.close(spark.sql(text))
    yield "first of flatMap", spark.sql("select max(count) from counts").rdd.flatMap(list).first()
