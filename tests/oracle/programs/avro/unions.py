"""Unions of several types, both ways, and recursive records."""

NODE = (
    '{"type": "record", "name": "r", "fields": [{"name": "id", "type": "int"}, '
    '{"name": "next", "type": ["null", "r"]}]}'
)
NAMED = '["null", "int", {"type": "enum", "name": "Kind", "symbols": ["A", "B"]}, "string"]'
READ = [
    ("int of int or long", '["int", "long"]', "0004", ""),
    ("long of int or long", '["int", "long"]', "0204", ""),
    ("null of three", '["int", "null", "long"]', "02", ""),
    ("double of float or double", '["float", "double"]', "000000c03f", ""),
    ("int or string", '["int", "string"]', "020278", ""),
    ("null, int or string", '["null", "int", "string"]', "0204", ""),
    ("null there", '["null", "int", "string"]', "00", ""),
    ("named", NAMED, "0402", "'enableStableIdentifiersForUnionType', 'true'"),
    (
        "named with a prefix",
        NAMED,
        "060278",
        "'enableStableIdentifiersForUnionType', 'true', "
        "'stableIdentifierPrefixForUnionType', 'is_'",
    ),
    ("recursive", NODE, "020204020600", ""),
    ("depth 1", NODE, "020204020600", "'recursiveFieldMaxDepth', '1'"),
    ("depth 2", NODE, "020204020600", "'recursiveFieldMaxDepth', '2'"),
    ("depth 3", NODE, "020204020600", "'recursiveFieldMaxDepth', '3'"),
    ("depth 5", NODE, "020204020600", "'recursiveFieldMaxDepth', '5'"),
    ("depth 16", NODE, "020204020600", "'recursiveFieldMaxDepth', '16'"),
]
WRITE = [
    ("int", "struct(1 AS member0, cast(null as string) AS member1)", '["int", "string"]'),
    ("string", "struct(cast(null as int) AS member0, 'x' AS member1)", '["int", "string"]'),
    ("none", "struct(cast(null as int) AS member0, cast(null as string) AS member1)",
     '["int", "string"]'),
    ("none, nullable", "struct(cast(null as int) AS member0, cast(null as string) AS member1)",
     '["int", "string", "null"]'),
    ("both", "struct(1 AS member0, 'x' AS member1)", '["int", "string"]'),
    ("other names", "struct(1 AS a, 'x' AS b)", '["int", "string"]'),
    ("fewer", "struct(1 AS member0)", '["int", "string"]'),
    ("other type", "struct('a' AS member0, 'x' AS member1)", '["int", "string"]'),
    ("long into int or long", "5L", '["int", "long"]'),
    ("int into int or long", "5", '["int", "long"]'),
    ("double into float or double", "5D", '["float", "double"]'),
    ("second of two", "5", '["null", "int"]'),
]  # fmt: skip


TOP = '{"type": "record", "name": "t", "fields": [{"name": "u", "type": %s}]}'


def run(spark, ctx):
    at_top = [(f"top: {label}", *rest) for label, *rest in READ]
    within = [(label, TOP % schema, *rest) for label, schema, *rest in READ]
    for label, schema, data, options in at_top + within:
        text = f"SELECT from_avro(unhex('{data}'), '{schema}', map({options})) AS v"
        try:
            spark.sql(text).collect()
        except Exception:
            yield label, ctx.error(lambda text=text: spark.sql(text).collect())
            continue
        yield label, spark.sql(text)
    for label, value, schema in WRITE:
        text = f"SELECT to_avro({value}, '{schema}') AS v"
        yield f"to {label}", ctx.outcome(lambda text=text: spark.sql(text).first()[0])
