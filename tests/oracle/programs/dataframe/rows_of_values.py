"""Ids and draws over rows that stand in the query, and what stands in place of a row."""

from pyspark.sql import functions as F


def run(spark, ctx):
    def asked(text):
        return ctx.outcome(lambda: [tuple(r) for r in spark.sql(text).collect()])

    for text in [
        "select col1, spark_partition_id() as p from values (1), (2), (3)",
        "select col1, monotonically_increasing_id() as i from values (1), (2), (3)",
        "select col1, rand(5) as r from values (1), (2), (3)",
        "select col1, rand(5) as r from values (1), (2), (3) where col1 > 1",
        "select * from (select col1, rand(5) as r from values (1), (2), (3)) where col1 > 1",
        "select col1, spark_partition_id() as p from values (1), (2), (3) order by col1 desc",
        "select col1, monotonically_increasing_id() as i from values (1), (2), (3) limit 2",
        "select count(*) as c, max(rand(5)) as m from values (1), (2), (3)",
        "select * from values (rand(5))",
        "select * from values (rand(5), 1), (rand(5), 2)",
        "select * from values (rand(5) < 2)",
        "select col1 is not null from values (uuid())",
        "select * from values (monotonically_increasing_id())",
        "select * from values (spark_partition_id())",
        "select * from values (current_date() = current_date())",
        "select * from values (shuffle(array(1)))",
        "select * from values (sum(1))",
        "select * from values (explode(array(1)))",
        "select * from values (a)",
        "select rand(5) as r",
        "select spark_partition_id() as p, monotonically_increasing_id() as i",
        "select col1, rand(5) as r from values (1), (2) union all select 3, rand(5)",
        "select a.col1, rand(5) as r from values (1), (2) a cross join values (1), (2) b",
    ]:
        yield text, asked(text)
    local = spark.createDataFrame([(i,) for i in range(5)], "v int")
    yield "of a list", local.select("v", F.spark_partition_id().alias("p"))
    yield "of a list, filtered", local.where("v > 1").select("v", F.rand(5).alias("r"))
    yield "of no rows", spark.createDataFrame([], "v int").select(F.rand(5).alias("r"))
    few = spark.range(0, 100, 1, 4).where("id > 60")
    yield (
        "after a shuffle",
        few.repartition(3, "id").coalesce(2).select("id", F.spark_partition_id().alias("p")),
    )
    yield (
        "few rows after a shuffle",
        few.where("id < 63")
        .repartition(5, "id")
        .coalesce(2)
        .select("id", F.spark_partition_id().alias("p")),
    )
    yield (
        "one row after a shuffle",
        few.where("id = 70")
        .repartition(4, "id")
        .coalesce(3)
        .select("id", F.spark_partition_id().alias("p")),
    )
    yield (
        "no row after a shuffle",
        few.where("id < 0")
        .repartition(4, "id")
        .coalesce(3)
        .select("id", F.spark_partition_id().alias("p")),
    )
    cached = spark.range(0, 40, 1, 4).cache()
    yield "cached, sampled", cached.sample(0.3, 5)
    yield "cached, drawn", cached.select("id", F.rand(5).alias("r")).where("id in (3, 13, 33)")
    yield "cached, filtered, sampled", cached.where("id > 12").sample(0.5, 5)
    yield "cached after, sampled", spark.range(0, 40, 1, 4).where("id > 12").cache().sample(0.5, 5)
