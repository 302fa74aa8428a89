"""Conditions above draws and shuffles: the draw comes first, row by row."""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.range(0, 40, 1, 3)
    drawn = df.withColumn("r", F.rand(7))
    yield "rand, filtered", drawn.where("id % 3 = 0")
    yield "rand, by itself", drawn.where("r > 0.5")
    yield "rand, both", drawn.where("id > 10 and r > 0.5")
    yield "randn, filtered", df.withColumn("r", F.randn(7)).where("id % 3 = 0")
    yield "ids, filtered", df.withColumn("i", F.monotonically_increasing_id()).where("id % 2 = 1")
    yield "part, filtered", df.withColumn("p", F.spark_partition_id()).where("id % 7 = 1")
    yield (
        "shuffle, filtered",
        df.select("id", F.expr("shuffle(array(1, 2, 3, 4, 5), 11)").alias("s")).where("id % 5 = 0"),
    )
    yield (
        "uniform, filtered",
        df.select("id", F.expr("uniform(0, 1000, 5)").alias("u")).where("id % 4 = 0"),
    )
    yield "randstr, filtered", df.select("id", F.expr("randstr(5, 3)").alias("t")).where("id < 8")
    yield "sample, filtered", df.sample(0.5, 3).where("id % 2 = 0")
    yield "limit of draws", ctx.ordered(drawn.limit(5))
    yield "union of draws", drawn.unionAll(drawn).where("id = 20")
    yield "draw in a join", drawn.join(df.where("id % 9 = 0"), "id")
    yield "draw, aggregated", drawn.where("id % 3 = 0").agg(F.max("r"), F.count("r"))
    yield "draw, selected away", drawn.where("id < 5").select("id")
    yield "two draws", df.select("id", F.rand(1).alias("a"), F.rand(2).alias("b")).where("id = 33")
    yield "draw of a draw", drawn.withColumn("s", F.col("r") + F.rand(7)).where("id = 12")
    spark.range(0, 40, 1, 3).createOrReplaceTempView("od_t")
    yield "sql", spark.sql("select * from (select id, rand(3) r from od_t) where id % 10 = 1")
    yield "sql, in where", spark.sql("select id from od_t where rand(3) < 0.3 and id > 5")
    yield "sql, in where, turned", spark.sql("select id from od_t where id > 5 and rand(3) < 0.3")
    yield "two filters", df.where(F.rand(3) < 0.5).where("id > 20")
    yield "filter then draw", df.where("id > 20").where(F.rand(3) < 0.5)
