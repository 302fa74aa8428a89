"""union, unionByName, intersect, subtract, exceptAll."""


def run(spark, ctx):
    one = spark.createDataFrame([(1, "x"), (1, "x"), (2, None)], "a int, b string")
    two = spark.createDataFrame([("y", 3), ("x", 1)], "b string, a int")
    three = spark.createDataFrame([(1, "x"), (2, None)], "p long, q string")
    yield "union by position", one.union(three)
    yield "union of unlike types", ctx.outcome(lambda: sorted(map(str, one.union(two).collect())))
    yield "unionAll", one.unionAll(one)
    yield "by name", one.unionByName(two)
    yield (
        "by name with a missing column",
        one.unionByName(
            spark.createDataFrame([(9, 1.5)], "a int, c double"), allowMissingColumns=True
        ),
    )
    yield "intersect", one.intersect(three)
    yield "intersectAll", one.intersectAll(one)
    yield "subtract", one.subtract(three)
    yield "exceptAll", one.exceptAll(three)
    yield "columns missing", ctx.error(lambda: one.unionByName(three))
    yield "unlike number", ctx.error(lambda: one.union(one.select("a")))
    nested = spark.createDataFrame([((1,),)], "s struct<z:int>")
    yield (
        "unlike types that have nothing in common",
        ctx.error(lambda: one.select("a").union(nested)),
    )
