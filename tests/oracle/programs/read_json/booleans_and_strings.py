"""Whatever JSON holds where a boolean, a string or a nested value is wanted."""

VALUES = [
    "true",
    "false",
    '"true"',
    "1",
    "1.50",
    "1e3",
    "null",
    "[1, 2]",
    '{"b": 1,  "a":[ ]}',
    '"x"',
]
TYPES = ["string", "boolean", "array<int>", "map<string,string>", "struct<a:string,b:int>"]


def run(spark, ctx):
    path = ctx.write_lines("a.json", [f'{{"k":{n},"v":{value}}}' for n, value in enumerate(VALUES)])
    for name in TYPES:
        yield name, spark.read.schema(f"k int, v {name}").json(path)
    yield "varchar", ctx.error(lambda: spark.read.schema("v varchar(3)").json(path))
    yield (
        "primitives as text",
        spark.read.option("primitivesAsString", True).json(
            ctx.write_lines("p.json", ['{"a":1,"b":true,"c":[1.5]}'])
        ),
    )
