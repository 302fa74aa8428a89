"""Names in schemas: namespaces, full names, names of one type in several places."""

CASES = [
    '{"type": "record", "name": "a.b.R", "fields": []}',
    '{"type": "record", "name": "R", "namespace": "a.b", "fields": '
    '[{"name": "x", "type": {"type": "fixed", "name": "F", "size": 1}}, '
    '{"name": "y", "type": "F"}, {"name": "z", "type": "a.b.F"}]}',
    '{"type": "record", "name": "R", "namespace": "a", "fields": '
    '[{"name": "x", "type": {"type": "enum", "name": "E", "namespace": "b", "symbols": ["A"]}}, '
    '{"name": "y", "type": "b.E"}]}',
    '{"type": "record", "name": "R", "namespace": "a", "fields": '
    '[{"name": "x", "type": {"type": "enum", "name": "E", "namespace": "b", "symbols": ["A"]}}, '
    '{"name": "y", "type": "E"}]}',
    '{"type": "record", "name": "R", "fields": '
    '[{"name": "x", "type": {"type": "enum", "name": "E", "symbols": ["A"]}}, '
    '{"name": "y", "type": {"type": "enum", "name": "E", "symbols": ["A"]}}]}',
    '{"type": "record", "name": "1R", "fields": []}',
    '{"type": "record", "name": "", "fields": []}',
    '{"type": "record", "name": "int", "fields": []}',
    '{"type": "record", "name": "R", "fields": [{"name": "\u00e9", "type": "int"}]}',
    '{"type": "record", "name": "R", "fields": [{"type": "int"}]}',
    '{"type": "record", "name": "R", "fields": [{"name": "x"}]}',
    '{"type": "record", "name": "R", "fields": [1]}',
    '{"type": {"type": "int"}}',
    '{"type": ["null", "int"]}',
    '{"type": {"type": "array", "items": "int"}}',
    '{"type": "enum", "name": "E", "symbols": []}',
    '{"type": "enum", "name": "E", "symbols": ["A"], "default": "B"}',
    '{"type": "enum", "name": "E"}',
    '{"type": "fixed", "name": "F", "size": -1}',
    '{"type": "fixed", "name": "F", "size": "1"}',
    '{"type": "fixed", "name": "F", "size": 0}',
    '{"type": "map"}',
    '["null", "null"]',
    '[{"type": "array", "items": "int"}, {"type": "array", "items": "long"}]',
    '[{"type": "int", "logicalType": "date"}, "int"]',
    '{"type": "int"} x',
    '[1]',
    '{"type": 1}',
    "null",
    '{"name": "x"',
]  # fmt: skip

PRINTED = (
    '{"type": "record", "name": "a.b.R", "doc": "d", "own": 1, "fields": ['
    '{"name": "x", "doc": "e", "type": {"type": "fixed", "name": "F", "size": 1}, '
    '"default": "a"}, {"name": "y", "type": ["null", "F"], "order": "ignore", '
    '"aliases": ["q"]}, {"name": "z", "type": {"type": "enum", "name": "c.E", '
    '"symbols": ["A"], "default": "A", "doc": "f"}}, {"name": "w", "type": "c.E"}, '
    '{"name": "r", "type": ["null", "R"]}]}'
)


def run(spark, ctx):
    for schema in CASES:
        call = f"schema_of_avro('{schema}')"
        yield schema, ctx.outcome(lambda call=call: spark.sql(f"SELECT {call} AS s").first()[0])
    yield "printed", ctx.error(lambda: spark.sql(f"SELECT to_avro(1, '{PRINTED}') AS v").collect())
