"""A reader's schema beside the writer's (option avroSchema): what Avro's rules resolve."""

RECORD = '{"type": "record", "name": "r", "fields": [%s]}'
INT_A = '{"name": "a", "type": "int"}'
TEXT_B = '{"name": "b", "type": "string"}'
E_AB = '{"type": "enum", "name": "e", "symbols": ["A", "B"]}'
CASES = [
    ("int as long", '"int"', '"long"', "04"),
    ("int as float", '"int"', '"float"', "04"),
    ("int as double", '"int"', '"double"', "04"),
    ("long as float", '"long"', '"float"', "04"),
    ("long as double", '"long"', '"double"', "04"),
    ("float as double", '"float"', '"double"', "0000c03f"),
    ("long as int", '"long"', '"int"', "04"),
    ("double as float", '"double"', '"float"', "00000000000002c0"),
    ("string as bytes", '"string"', '"bytes"', "0278"),
    ("bytes as string", '"bytes"', '"string"', "0278"),
    ("int as string", '"int"', '"string"', "04"),
    ("fewer", RECORD % f"{INT_A}, {TEXT_B}", RECORD % TEXT_B, "020278"),
    ("other order", RECORD % f"{INT_A}, {TEXT_B}", RECORD % f"{TEXT_B}, {INT_A}", "020278"),
    ("more, default", RECORD % INT_A,
     RECORD % f'{INT_A}, {{"name": "c", "type": "string", "default": "d"}}', "02"),
    ("more, null", RECORD % INT_A,
     RECORD % f'{INT_A}, {{"name": "c", "type": ["null", "int"], "default": null}}', "02"),
    ("more, nothing", RECORD % INT_A, RECORD % f"{INT_A}, {TEXT_B}", "02"),
    ("defaults of all types", RECORD % INT_A,
     RECORD % (
         '{"name": "i", "type": "int", "default": 1}, '
         '{"name": "l", "type": "long", "default": 2}, '
         '{"name": "f", "type": "float", "default": 1.5}, '
         '{"name": "d", "type": "double", "default": 2.5}, '
         '{"name": "t", "type": "boolean", "default": true}, '
         '{"name": "y", "type": "bytes", "default": "\\\\u00ff"}, '
         '{"name": "x", "type": {"type": "fixed", "name": "x2", "size": 1}, "default": "a"}, '
         '{"name": "e", "type": {"type": "enum", "name": "e2", "symbols": ["A"]}, '
         '"default": "A"}, '
         '{"name": "r", "type": {"type": "array", "items": "int"}, "default": [1, 2]}, '
         '{"name": "m", "type": {"type": "map", "values": "int"}, "default": {"k": 1}}, '
         '{"name": "s", "type": {"type": "record", "name": "in", "fields": '
         '[{"name": "q", "type": "int", "default": 7}]}, "default": {}}, '
         '{"name": "n", "type": "null", "default": null}, '
         '{"name": "day", "type": {"type": "int", "logicalType": "date"}, "default": 19783}'
     ), "02"),
    ("alias", RECORD % INT_A,
     RECORD % '{"name": "z", "type": "int", "aliases": ["a"]}', "02"),
    ("record of another name", RECORD % INT_A, (RECORD % INT_A).replace('"r"', '"q"'), "02"),
    ("record alias", RECORD % INT_A,
     (RECORD % INT_A).replace('"name": "r"', '"name": "q", "aliases": ["r"]'), "02"),
    ("other case", RECORD % INT_A, RECORD % '{"name": "A", "type": "int", "default": 9}', "02"),
    ("into a union", '"int"', '["null", "int"]', "04"),
    ("into a union of wider", '"int"', '["null", "long"]', "04"),
    ("into a union of others", '"int"', '["null", "string"]', "04"),
    ("out of a union", '["null", "int"]', '"int"', "0204"),
    ("null out of a union", '["null", "int"]', '"int"', "00"),
    ("out of a union of others", '["string", "int"]', '"int"', "0204"),
    ("union turned", '["null", "int"]', '["int", "null"]', "0204"),
    ("union wider", '["null", "int"]', '["null", "long"]', "0204"),
    ("union more", '["null", "int"]', '["null", "string", "int"]', "0204"),
    ("enum more", E_AB, E_AB.replace('"B"', '"B", "C"'), "02"),
    ("enum turned", E_AB, '{"type": "enum", "name": "e", "symbols": ["B", "A"]}', "02"),
    ("enum fewer", E_AB, '{"type": "enum", "name": "e", "symbols": ["A"]}', "02"),
    ("enum default", E_AB,
     '{"type": "enum", "name": "e", "symbols": ["A", "Z"], "default": "Z"}', "02"),
    ("enum as string", E_AB, '"string"', "02"),
    ("fixed size", '{"type": "fixed", "name": "f", "size": 1}',
     '{"type": "fixed", "name": "f", "size": 2}', "01"),
    ("items wider", '{"type": "array", "items": "int"}',
     '{"type": "array", "items": "double"}', "020200"),
    ("values wider", '{"type": "map", "values": "int"}',
     '{"type": "map", "values": ["null", "long"]}', "0202610200"),
    ("micros as millis", '{"type": "long", "logicalType": "timestamp-micros"}',
     '{"type": "long", "logicalType": "timestamp-millis"}', "04"),
    ("long as a timestamp", '"long"', '{"type": "long", "logicalType": "timestamp-micros"}', "04"),
    ("decimal of another scale",
     '{"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}',
     '{"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 3}', "0400c8"),
    ("nested",
     RECORD % ('{"name": "s", "type": {"type": "record", "name": "in", "fields": '
               '[{"name": "p", "type": "int"}, {"name": "q", "type": "string"}]}}, '
               '{"name": "tail", "type": "int"}'),
     RECORD % ('{"name": "tail", "type": "long"}, '
               '{"name": "s", "type": {"type": "record", "name": "in", "fields": '
               '[{"name": "q", "type": "string"}]}}'), "02027806"),
]  # fmt: skip


def run(spark, ctx):
    for label, writer, reader, data in CASES:
        text = f"SELECT from_avro(unhex('{data}'), '{writer}', map('avroSchema', '{reader}')) AS v"
        try:
            spark.sql(text).collect()
        except Exception:
            yield label, ctx.error(lambda text=text: spark.sql(text).collect())
            continue
        yield label, spark.sql(text)
