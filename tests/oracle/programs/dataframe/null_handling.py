"""fillna, dropna, replace."""


def run(spark, ctx):
    df = spark.createDataFrame(
        [(1, "x", None), (None, None, None), (3, None, 2.5)], "a int, b string, c double"
    )
    yield "fill a number", df.fillna(0)
    yield "fill a text", df.na.fill("?")
    yield "fill by map", df.fillna({"a": -1, "b": "none"})
    yield "fill a subset", df.fillna(7, subset=["c"])
    yield "drop any", df.dropna()
    yield "drop all", df.na.drop("all")
    yield "threshold", df.dropna(thresh=2)
    yield "subset", df.dropna(subset=["a"])
    yield "replace", df.replace("x", "z")
    yield "replace by map", df.replace({1: 10, 3: 30}, subset=["a"])
    yield "bad how", ctx.error(lambda: df.dropna("some"))
