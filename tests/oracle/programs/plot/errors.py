"""df.plot with what it has not: which errors?"""


def run(spark, ctx):
    df = spark.createDataFrame([("A", 50)], "student string, math int")
    yield "type", type(df.plot).__name__
    yield "backend", ctx.error(lambda: df.plot(kind="bar", backend="matplotlib", x="a", y="b"))
    yield "kind", ctx.error(lambda: df.plot(kind="radar", x="student", y="math"))
    yield "pie without y", ctx.error(lambda: df.plot.pie(x="student", y=None))
    yield "pie of text", ctx.error(lambda: df.plot.pie(x="student", y="student"))
    yield "box of text", ctx.error(lambda: df.plot.box(column="student"))
    yield "hist of nothing", ctx.error(lambda: df.plot.hist(column=["math", "nope"]))
    yield "notched", ctx.error(lambda: df.plot.box(notched=True))
    yield "boxpoints", ctx.error(lambda: df.plot.box(boxpoints="all"))
