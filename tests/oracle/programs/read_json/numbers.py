"""JSON numbers into each numeric type, in range and out of it."""

TYPES = ["tinyint", "smallint", "int", "bigint", "float", "double", "decimal(5,1)", "decimal(20,0)"]
VALUES = [
    "0",
    "-0",
    "127",
    "128",
    "-129",
    "40000",
    "3000000000",
    "9223372036854775808",
    "1.5",
    "-2.5",
    "1e2",
    "1E-3",
    "12345.678",
    '"5"',
    '"1.5"',
    "1.0",
    "NaN",
    '"NaN"',
    '"Infinity"',
    "-Infinity",
    "true",
    "null",
]


def run(spark, ctx):
    path = ctx.write_lines("n.json", [f'{{"k":{n},"v":{value}}}' for n, value in enumerate(VALUES)])
    for name in TYPES:
        yield name, spark.read.schema(f"k int, v {name}").json(path)
