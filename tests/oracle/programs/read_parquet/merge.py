"""Files of different schemas, with and without mergeSchema."""


def run(spark, ctx):
    folder = ctx.fixture("parquet/merge")
    merged = spark.read.option("mergeSchema", True).parquet(folder)
    yield "merged", merged
    spark.conf.set("spark.sql.parquet.mergeSchema", "true")
    yield "by setting", spark.read.parquet(folder)
    spark.conf.unset("spark.sql.parquet.mergeSchema")
    clash = ctx.fixture("parquet/clash")
    yield "clash", ctx.error(lambda: spark.read.option("mergeSchema", True).parquet(clash))
    first = spark.read.parquet(ctx.fixture("parquet/merge/one.parquet"))
    yield "one", first
    yield (
        "row groups",
        spark.read.parquet(ctx.fixture("parquet/groups.parquet")).where("id >= 4990 AND k < 5"),
    )
    yield "counted", spark.read.parquet(ctx.fixture("parquet/groups.parquet")).groupBy("k").count()
