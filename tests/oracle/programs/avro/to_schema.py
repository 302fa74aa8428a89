"""to_avro by a schema of its own: names, wider types, enums, fixed, nulls, and refusals."""

AB = '{"type": "record", "name": "r", "fields": [%s]}'
A = '{"name": "a", "type": "int"}'
B = '{"name": "b", "type": ["null", "string"]}'
ENUM = '{"type": "enum", "name": "e", "symbols": ["A", "B"]}'
FIXED = '{"type": "fixed", "name": "f", "size": 2}'
DECIMAL = '{"type": "bytes", "logicalType": "decimal", "precision": 3, "scale": 2}'
DECIMAL_FIXED = (
    '{"type": "fixed", "name": "d", "size": 4, "logicalType": "decimal", '
    '"precision": 3, "scale": 2}'
)
CASES = [
    ("1", '"int"'),
    ("1", '"long"'),
    ("1L", '"int"'),
    ("1", '"string"'),
    ("1", '["null", "int"]'),
    ("1", '["int", "null"]'),
    ("cast(null as int)", '["null", "int"]'),
    ("cast(null as int)", '"int"'),
    ("1F", '"double"'),
    ("'A'", ENUM),
    ("'C'", ENUM),
    ("'A'", f'["null", {ENUM}]'),
    ("X'0102'", FIXED),
    ("X'01'", FIXED),
    ("X'010203'", FIXED),
    ("1.50BD", DECIMAL),
    ("-1.50BD", DECIMAL),
    ("1.50BD", DECIMAL_FIXED),
    ("-1.50BD", DECIMAL_FIXED),
    ("1.5BD", DECIMAL),
    ("date'2024-03-01'", '{"type": "int", "logicalType": "date"}'),
    ("date'2024-03-01'", '"int"'),
    ("timestamp'2024-03-01 12:30:00.123456Z'", '"long"'),
    ("timestamp'2024-03-01 12:30:00.123456Z'", '{"type": "long", "logicalType": "timestamp-millis"}'),
    ("timestamp'1960-03-01 12:30:00.123456Z'", '{"type": "long", "logicalType": "timestamp-millis"}'),
    ("timestamp'2024-03-01 12:30:00.123456Z'", '{"type": "long", "logicalType": "local-timestamp-micros"}'),
    ("timestamp_ntz'2024-03-01 12:30:00.123456'", '{"type": "long", "logicalType": "local-timestamp-millis"}'),
    ("timestamp_ntz'2024-03-01 12:30:00.123456'", '{"type": "long", "logicalType": "timestamp-millis"}'),
    ("struct(1 AS a, 'x' AS b)", AB % f"{A}, {B}"),
    ("struct('x' AS b, 1 AS a)", AB % f"{A}, {B}"),
    ("struct(1 AS A, 'x' AS B)", AB % f"{A}, {B}"),
    ("struct(1 AS a)", AB % f"{A}, {B}"),
    ("struct('x' AS b)", AB % f"{A}, {B}"),
    ("struct(1 AS a, 'x' AS b, 2 AS c)", AB % f"{A}, {B}"),
    ("struct(cast(null as int) AS a)", AB % A),
    ("struct(1 AS a, 'x' AS b)", AB % '{"name": "a", "type": "int"}, {"name": "A", "type": "int"}'),
    ("array(1, null)", '{"type": "array", "items": ["int", "null"]}'),
    ("map('a', 1)", '{"type": "map", "values": ["null", "int"]}'),
    ("map(1, 1)", '{"type": "map", "values": "int"}'),
    ("array(struct(1 AS a))", '{"type": "array", "items": %s}' % (AB % A)),
    ("struct(struct('x' AS a) AS s)", AB % '{"name": "s", "type": %s}' % (AB % A).replace('"r"', '"s"')),
    ("1", ""),
]  # fmt: skip


def run(spark, ctx):
    for number, (value, schema) in enumerate(CASES):
        text = f"SELECT to_avro({value}, '{schema}') AS v"
        label = f"{number} {value} as {schema}"
        yield label, ctx.outcome(lambda text=text: spark.sql(text).first()[0])
