"""The small RDD behind a frame: flatMap, map, filter and the way back."""


def run(spark, ctx):
    df = spark.createDataFrame([(1, "x"), (2, "y"), (3, None)], "a int, b string")
    yield "flatMap of rows", df.rdd.flatMap(list).collect()
    yield "first", df.selectExpr("max(a)").rdd.flatMap(list).first()
    yield "map", df.rdd.map(lambda row: row.a * 2).collect()
    yield "filter", df.rdd.filter(lambda row: row.b is not None).count()
    yield "take", df.rdd.map(lambda row: row[0]).take(2)
    yield "collect", df.rdd.collect()
    yield "back", df.rdd.map(lambda row: (row.a, str(row.b))).toDF(["n", "t"])
    yield "back without names", df.rdd.map(lambda row: (row.a, str(row.b))).toDF()
    yield "collected pairs", dict(df.rdd.map(lambda row: (row.a, row.b)).collect())
