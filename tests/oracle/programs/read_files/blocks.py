"""What do input_file_block_start and input_file_block_length say of rows of files?"""


def run(spark, ctx):
    from pyspark.sql import functions as sf

    ctx.write_lines("a/one.txt", ["a", "bb", "ccc"])
    ctx.write_lines("a/two.txt", ["dddd"])
    ctx.write_lines("j/one.json", ['{"a": 1}', '{"a": 2}'])
    ctx.write_lines("c/one.csv", ["1,x", "2,y"])
    start, length = sf.input_file_block_start(), sf.input_file_block_length()
    yield "text", spark.read.text(ctx.path("a")).select("value", start, length)
    yield "json", spark.read.schema("a int").json(ctx.path("j")).select("a", start, length)
    yield "csv", spark.read.schema("a int, b string").csv(ctx.path("c")).select("*", start, length)
    spark.range(3).write.parquet(ctx.path("p"))
    spark.read.parquet(ctx.path("p")).createOrReplaceTempView("p")
    yield "parquet", spark.sql("SELECT id, input_file_block_start() AS s FROM p")
    yield "range", spark.range(2).select("id", start, length)
    yield "nothing", spark.sql("SELECT input_file_block_start(), input_file_block_length()")
    df = spark.read.text(ctx.path("a"))
    yield "schema", df.select(start, length).schema.json()
    yield "where", df.where("input_file_block_start() = 0 AND length(value) > 1")
    yield "grouped", df.groupBy(length.alias("n")).count()
    yield "after a sort", df.orderBy("value").select("value", start, length)
    name = sf.element_at(sf.split(sf.input_file_name(), "/"), -1).alias("name")
    yield "name after a sort", df.orderBy("value").select("value", name)
    yield "after a limit", df.limit(2).select(start)
    yield "name after a limit", df.limit(4).select(name)
    yield "after repartition", df.repartition(2).select(start, name)
    yield "after coalesce", df.coalesce(1).select("value", start, name)
    yield "after distinct", df.distinct().select("value", start)
    yield "in a filter above", df.select("value", length.alias("n")).where("n > 5")
    yield "name of a union", df.union(spark.read.text(ctx.path("j"))).select("value", name)
    yield "union with none", df.union(spark.sql("SELECT 'z'")).select("value", start, name)
    yield "alias", df.alias("q").select("q.value", start)
    yield "argument", ctx.error(lambda: df.selectExpr("input_file_block_start(1)"))
    joined = df.alias("l").join(df.alias("r"), "value")
    yield "joined", ctx.error(lambda: joined.select("value", start).collect())
    union = df.union(spark.read.text(ctx.path("j")))
    yield "union", union.select("value", length)
    yield (
        "split",
        spark.read.option("maxPartitionBytes", 4).text(ctx.path("a")).select("value", start),
    )
