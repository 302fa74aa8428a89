"""Columns by position in files, where not all of them are read, and other settings."""


def run(spark, ctx):
    path = ctx.path("abc")
    rows = spark.sql("SELECT 1 AS a, 'x' AS b, 2.5D AS c, named_struct('p', 1, 'q', 2) AS s")
    rows.coalesce(1).write.format("avro").save(path)
    schema = "x int, y string, z double, w struct<q: int, p: int>"
    read = spark.read.format("avro").schema(schema).option("positionalFieldMatching", True)
    yield "all", read.load(path)
    yield "first", ctx.outcome(lambda: read.load(path).select("x").first()[0])
    yield "count", read.load(path).count()
    yield "third", ctx.outcome(lambda: read.load(path).select("z").first()[0])
    yield "last", ctx.outcome(lambda: read.load(path).selectExpr("w.p").first()[0])
    more = spark.read.format("avro").schema(schema + ", v int")
    more = more.option("positionalFieldMatching", True)
    yield "more", ctx.outcome(lambda: more.load(path).first()[4])
    yield "by name", spark.read.format("avro").schema("s struct<q: int, r: int>").load(path)
    spark.conf.set("spark.sql.caseSensitive", True)
    yield "case", spark.read.format("avro").schema("A int, b string").load(path)
    spark.conf.set("spark.sql.caseSensitive", False)
    yield "partitioned", partitioned(spark, ctx)
    yield "sql", spark.sql(f"SELECT a FROM avro.`{path}`")
    stream = spark.readStream.format("avro").schema("a int, b string").load(path)
    yield "stream", ctx.run_query(stream, "avro_files")


def partitioned(spark, ctx):
    path = ctx.path("parts")
    rows = spark.range(4).selectExpr("id", "id % 2 AS part")
    rows.coalesce(1).write.format("avro").partitionBy("part").save(path)
    return spark.read.format("avro").load(path)
