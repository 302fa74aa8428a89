"""What does from_avro make of each Avro type, given its bytes?"""

import json

CASES = [
    ('"null"', ""),
    ('"boolean"', "01"),
    ('"int"', "d804"),
    ('"long"', "dfc508"),
    ('"float"', "0000c03f"),
    ('"double"', "00000000000002c0"),
    ('"string"', "0a636166c3a9"),
    ('"bytes"', "0400ff"),
    ('{"type": "int", "logicalType": "date"}', "d2b402"),
    ('{"type": "long", "logicalType": "timestamp-millis"}', "f6c5dcfa8163"),
    ('{"type": "long", "logicalType": "timestamp-micros"}', "80b4bbd2c4bf8906"),
    ('{"type": "long", "logicalType": "local-timestamp-millis"}', "f6c5dcfa8163"),
    ('{"type": "long", "logicalType": "local-timestamp-micros"}', "80b4bbd2c4bf8906"),
    ('{"type": "int", "logicalType": "time-millis"}', "02"),
    ('{"type": "string", "logicalType": "uuid"}', "0261"),
    ('{"type": "int", "logicalType": "unheard-of"}', "02"),
    ('{"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}', "0400c8"),
    ('{"type": "bytes", "logicalType": "decimal", "precision": 4}', "02ff"),
    ('{"type": "bytes", "logicalType": "decimal", "precision": 50, "scale": 2}', "02ff"),
    ('{"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3}', "02ff"),
    ('{"type": "bytes", "logicalType": "decimal"}', "02ff"),
    (
        '{"type": "fixed", "name": "d", "size": 2, "logicalType": "decimal", '
        '"precision": 4, "scale": 2}',
        "00c8",
    ),
    (
        '{"type": "fixed", "name": "d", "size": 2, "logicalType": "decimal", '
        '"precision": 9, "scale": 2}',
        "00c8",
    ),
    ('{"type": "fixed", "name": "f", "size": 3}', "010203"),
    ('{"type": "fixed", "name": "f", "size": 12, "logicalType": "duration"}', "00" * 12),
    ('{"type": "enum", "name": "e", "symbols": ["A", "B"]}', "02"),
    ('{"type": "array", "items": "int"}', "0402040200"[:6] + "00"),
    ('{"type": "array", "items": ["null", "int"]}', "04000202" + "00"),
    ('{"type": "array", "items": "int"}', "03040204" + "00"),
    ('{"type": "map", "values": "long"}', "020261" + "0400"),
    ('{"type": "map", "values": ["string", "null"]}', "0402610002780262" + "0200"),
    ('["null", "string"]', "020278"),
    ('["null", "string"]', "00"),
    ('["null", "boolean"]', "00"),
    ('["null", "int"]', "00"),
    ('["null", "long"]', "00"),
    ('["null", "double"]', "00"),
    ('["null", "bytes"]', "00"),
    ('["null", {"type": "int", "logicalType": "date"}]', "00"),
    ('["null", {"type": "long", "logicalType": "timestamp-micros"}]', "00"),
    ('["null", {"type": "bytes", "logicalType": "decimal", "precision": 4}]', "00"),
    ('["null", {"type": "array", "items": "int"}]', "00"),
    ('["null", {"type": "map", "values": "int"}]', "00"),
    ('["string", "null"]', "000278"),
    ('["null"]', "00"),
    ('["int"]', "0002"),
    (
        '{"type": "record", "name": "r", "fields": [{"name": "a", "type": "int"}, '
        '{"name": "b", "type": ["null", "string"]}]}',
        "02020278",
    ),
    ('{"type": "record", "name": "r", "fields": []}', ""),
    (
        '{"type": "record", "name": "r", "fields": [{"name": "a", "type": '
        '{"type": "record", "name": "s", "fields": [{"name": "b", "type": "double"}]}}, '
        '{"name": "c", "type": {"type": "array", "items": "s"}}]}',
        "000000000000f03f" + "02" + "0000000000000040" + "00",
    ),
    ('{"type": "long", "spark.sql.catalyst.type": "interval day to second"}', "80e497d012"),
    ('{"type": "int", "spark.sql.catalyst.type": "date"}', "1c"),
]


def run(spark, ctx):
    for number, (schema, data) in enumerate(CASES):
        kind = json.loads(schema)
        name = kind if isinstance(kind, str) else json.dumps(kind)
        value = f"from_avro(unhex('{data}'), '{schema}', map())"

        def frame(value=value):
            df = spark.sql(f"SELECT {value} AS v")
            df.collect()
            return df

        try:
            df = frame()
        except Exception:
            yield f"{number} {name}", ctx.error(frame)
            continue
        yield f"{number} {name}", df
    yield "null", spark.sql("SELECT from_avro(cast(null as binary), '\"int\"', map()) AS v")
