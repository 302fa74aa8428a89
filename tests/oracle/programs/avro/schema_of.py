"""Which SQL type has each Avro schema, with which options?"""

RECORD = '{"type": "record", "name": "r", "fields": [%s]}'
NODE = RECORD % (
    '{"name": "id", "type": "int"}, {"name": "next", "type": ["null", "r"]}, '
    '{"name": "all", "type": {"type": "array", "items": "r"}}, '
    '{"name": "by", "type": {"type": "map", "values": "r"}}'
)
SCHEMAS = [
    '"int"',
    '["null", "int"]',
    '["int", "long"]',
    '["long", "int", "null"]',
    '["float", "double"]',
    '["int", "string"]',
    '["null", "int", "string", "bytes"]',
    RECORD % '{"name": "a", "type": ["null", "long"]}',
    RECORD % '{"name": "a", "type": {"type": "array", "items": ["null", "int"]}}',
    RECORD % '{"name": "a", "type": {"type": "map", "values": "double"}}',
    RECORD % '{"name": "a b", "type": "int"}',
    RECORD % '{"name": "a", "type": "int"}, {"name": "A", "type": "int"}',
    RECORD % '{"name": "a", "type": "int"}, {"name": "a", "type": "int"}',
    RECORD % '{"name": "a", "type": "int", "default": "x"}',
    RECORD % '{"name": "a", "type": "unheard"}',
    NODE,
    '{"type": "enum", "name": "e", "symbols": ["A", "A"]}',
    '{"type": "enum", "name": "e", "symbols": ["A-B"]}',
    '{"type": "fixed", "name": "f"}',
    '{"type": "array"}',
    '{"type": "record", "name": "r"}',
    '{"type": "record", "fields": []}',
    '["int", "int"]',
    '["int", ["null", "string"]]',
    "[]",
    "",
    "not json",
    "{}",
    "12",
]


def run(spark, ctx):
    for schema in SCHEMAS:
        call = f"schema_of_avro('{schema}')"
        yield schema, ctx.outcome(lambda call=call: spark.sql(f"SELECT {call} AS s").first()[0])
    union = '["null", "int", {"type": "enum", "name": "Kind", "symbols": ["A"]}]'
    twice = (
        '[{"type": "fixed", "name": "one.f", "size": 1}, '
        '{"type": "fixed", "name": "two.F", "size": 1}]'
    )
    for label, schema, options in [
        ("stable", union, "'enableStableIdentifiersForUnionType', 'true'"),
        (
            "stable with a prefix",
            union,
            "'enableStableIdentifiersForUnionType', 'true', "
            "'stableIdentifierPrefixForUnionType', ''",
        ),
        ("stable twice", twice, "'enableStableIdentifiersForUnionType', 'true'"),
        ("no flag", union, "'enableStableIdentifiersForUnionType', 'yes'"),
        ("depth 0", NODE, "'recursiveFieldMaxDepth', '0'"),
        ("depth 1", NODE, "'recursiveFieldMaxDepth', '1'"),
        ("depth 2", NODE, "'recursiveFieldMaxDepth', '2'"),
        ("depth 16", NODE, "'recursiveFieldMaxDepth', '16'"),
        ("no depth", NODE, "'recursiveFieldMaxDepth', 'x'"),
        ("permissive", '"int"', "'mode', 'PERMISSIVE'"),
        ("drop", '"int"', "'mode', 'DROPMALFORMED'"),
        ("other schema", '"int"', "'avroSchema', '\"string\"'"),
        ("unknown option", '"int"', "'unheardOf', '1'"),
    ]:
        call = f"schema_of_avro('{schema}', map({options}))"
        yield label, ctx.outcome(lambda call=call: spark.sql(f"SELECT {call} AS s").first()[0])
    yield "name", spark.sql("""SELECT schema_of_avro('"int"'), schema_of_avro('"int"', map())""")
    yield "null schema", ctx.outcome(lambda: spark.sql("SELECT schema_of_avro(null)").first()[0])
    yield (
        "column",
        ctx.error(lambda: spark.sql("SELECT schema_of_avro(c) FROM VALUES ('a') AS t(c)")),
    )
