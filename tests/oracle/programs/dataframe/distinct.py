"""distinct and dropDuplicates."""


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, "x"), (1, "x"), (1, "y"), (None, None), (None, None)], "a int, b string"
    )
    yield "distinct", df.distinct()
    yield "drop duplicates", df.dropDuplicates()
    yield "by a column", df.select("a").dropDuplicates(["a"])
    yield "by one of two", df.dropDuplicates(["a"]).select("a")
    yield "snake case", df.drop_duplicates(["a", "b"])
    yield "count", df.distinct().count()
    yield "unknown column", ctx.error(lambda: df.dropDuplicates(["zz"]))
    yield "text for a list", ctx.error(lambda: df.dropDuplicates("a"))
