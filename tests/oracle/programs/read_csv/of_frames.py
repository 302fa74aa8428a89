"""spark.read.csv and json over frames and RDDs of texts."""


def run(spark, ctx):
    lines = ["a,b", "1,x", "2,y", "", "3"]
    texts = spark.createDataFrame([(line,) for line in lines], "value string").coalesce(1)
    yield "frame", spark.read.csv(texts)
    yield "frame with header", spark.read.csv(texts, header=True, inferSchema=True)
    yield "frame with schema", spark.read.schema("a int, b string").csv(texts)
    documents = spark.createDataFrame([('{"a":1}',), ('{"b":"x"}',), ("bad",)], "value string")
    yield "json frame", spark.read.json(documents)
    yield "json frame with schema", spark.read.schema("a int").json(documents)
    two = spark.createDataFrame([(1, "x")], "a int, b string")
    yield "two columns", ctx.error(lambda: spark.read.csv(two).collect())
    yield "json of two columns", ctx.error(lambda: spark.read.json(two).collect())
