"""round and bround: halves, negative places, decimals, types."""

EXPRESSIONS = [
    "round(2.5D)",
    "round(-2.5D)",
    "round(3.5D)",
    "bround(2.5D)",
    "bround(3.5D)",
    "bround(-2.5D)",
    "round(1.005D, 2)",
    "round(1.25D, 1)",
    "bround(1.25D, 1)",
    "bround(1.35D, 1)",
    "round(2.5)",
    "round(2.345, 2)",
    "bround(2.345, 2)",
    "round(12345, -2)",
    "round(-15, -1)",
    "bround(25, -1)",
    "round(double('NaN'))",
    "round(double('Infinity'), 1)",
    "round(null, 1)",
    "round(1.5D, null)",
    "round(cast(1.45 AS float), 1)",
    "round(2147483647, -1)",
    "round(1e300D, 2)",
    "round(123.456, -1)",
    "ceil(2.345, 2)",
    "floor(-2.345, 1)",
    "rint(2.5D)",
    "round(16.641666666666666D, 3)",
]


def run(spark, ctx):
    yield from ctx.expressions(EXPRESSIONS)
