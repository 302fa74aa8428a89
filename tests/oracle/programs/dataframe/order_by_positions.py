"""How do positions in orderBy go together with `ascending`?"""


def run(spark, ctx):
    df = spark.createDataFrame([(2, "b"), (1, "b"), (2, "a"), (None, "c")], "a int, b string")
    yield "position", ctx.ordered(df.orderBy(1, "b"))
    yield "negative", ctx.ordered(df.orderBy(-1, "b"))
    yield "descending list", ctx.ordered(df.orderBy([1, "b"], ascending=[False, False]))
    yield "mixed list", ctx.ordered(df.orderBy([1, 2], ascending=[False, True]))
    yield "all descending", ctx.ordered(df.orderBy(2, 1, ascending=False))
    yield "number for a bool", ctx.ordered(df.orderBy(2, 1, ascending=0))
    yield "zero", ctx.error(lambda: df.orderBy(0))
    yield "too far", ctx.error(lambda: df.orderBy(3))
    yield "wrong kind", ctx.error(lambda: df.orderBy("a", ascending="no"))
