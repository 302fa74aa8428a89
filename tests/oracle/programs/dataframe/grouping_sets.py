"""What do cube, rollup and groupingSets give, with grouping functions beside them?"""

from pyspark.sql import functions as F


def run(spark, ctx):
    df = spark.createDataFrame(
        [("a", 1, 10), ("a", 2, 20), ("b", 1, 30), (None, 1, 40)], "k string, g int, v int"
    ).coalesce(1)

    yield "cube", df.cube("k", "g").sum("v")
    yield "cube with grouping", df.cube("k").agg(F.grouping("k"), F.sum("v"))
    yield (
        "rollup with ids",
        df.rollup("k", "g").agg(F.grouping_id(), F.grouping_id("k", "g").alias("i"), F.count("*")),
    )
    yield (
        "sets",
        df.groupingSets([["k"], ["g"], []], "k", "g").agg(F.sum("v").alias("s"), F.grouping_id()),
    )
    yield (
        "sets of columns",
        df.groupingSets([[df.k, df.g], [df.k]], df.k, df.g).agg(F.count("*").alias("n")),
    )
    yield "sets twice", df.groupingSets([["k"], ["k"]], "k").count()
    yield "expression", df.rollup((df.v / 10).alias("w")).agg(F.max("v").alias("m"))
    yield "key in an aggregate", df.cube("v").agg(F.sum("v"), F.sum(df.v + 1).alias("p"))
    yield "ordinal", df.rollup(1, 2).count()
    yield "no columns", df.cube().count()
    yield "rollup without columns", df.rollup().agg(F.sum("v"))
    yield "list", df.cube(["k"]).count()
    yield "dictionary", df.rollup("k").agg({"v": "max", "*": "count"})
    yield "filtered", df.cube("k").agg(F.sum("v").alias("s")).where("s > 30")
    yield (
        "ordered",
        ctx.ordered(df.cube("k", "g").count().orderBy("count", "k", "g")),
    )
    yield (
        "window key",
        df.withColumn("t", F.lit("2024-01-01 00:00:01").cast("timestamp"))
        .rollup(F.window("t", "10 seconds"), "k")
        .agg(F.count("*").alias("n"), F.grouping_id().alias("g")),
    )
    yield (
        "same column afterwards",
        ctx.outcome(lambda: sorted(map(str, df.cube("k").count().select(df.k, "count").collect()))),
    )
    yield "repr", repr(df.cube("k", "g"))
    yield "repr of rollup", repr(df.rollup("k"))
    yield "repr of sets", repr(df.groupingSets([["k"]], "k"))
    yield "grouping outside", ctx.error(lambda: df.groupBy("k").agg(F.grouping("k")))
    yield "grouping_id outside", ctx.error(lambda: df.groupBy("k").agg(F.grouping_id()))
    yield "grouping in select", ctx.error(lambda: df.select(F.grouping("k")))
    yield "grouping in where", ctx.error(lambda: df.where(F.grouping("k") == 1))
    yield "not a key", ctx.error(lambda: df.cube("k").agg(F.grouping("g")))
    yield "ids in another order", ctx.error(lambda: df.cube("k", "g").agg(F.grouping_id("g", "k")))
    yield (
        "a set that is no key",
        ctx.outcome(lambda: sorted(map(str, df.groupingSets([["v"]], "k").count().collect()))),
    )
    yield "names", df.cube("k").agg(F.grouping("k"), F.grouping_id("k"), F.grouping_id()).columns
