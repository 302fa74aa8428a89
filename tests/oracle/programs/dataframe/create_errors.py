"""createDataFrame with data that does not fit."""


def run(spark, ctx):
    make = spark.createDataFrame
    yield "nothing", ctx.error(lambda: make([]))
    yield "all null", ctx.error(lambda: make([(None,)], ["a"]))
    yield "text for a number", ctx.error(lambda: make([("x",)], "a int"))
    yield "number for a text", ctx.outcome(lambda: make([(1,)], "a string").collect())
    yield "too large", ctx.error(lambda: make([(3000000000,)], "a int"))
    yield "float for an int", ctx.error(lambda: make([(1.5,)], "a int"))
    yield "int for a double", ctx.error(lambda: make([(1,)], "a double"))
    yield "null where none may be", ctx.error(lambda: make([(None,)], "a int NOT NULL"))
    yield "too many values", ctx.error(lambda: make([(1, 2)], "a int"))
    yield "unlike types", ctx.outcome(lambda: make([(1,), ("x",)], ["a"]).collect())
    yield "int and float", ctx.error(lambda: make([(1,), (2.5,)], ["a"]))
    yield "scalars without a schema", ctx.error(lambda: make([1, 2]))
    yield "not a collection", ctx.error(lambda: make(5))
    yield "unknown type", ctx.error(lambda: make([(object(),)], ["a"]))
