"""Bytes that are no value of the schema: FAILFAST, PERMISSIVE, and modes that are none."""

RECORD = (
    '{"type": "record", "name": "r", "fields": [{"name": "a", "type": "int"}, '
    '{"name": "b", "type": "string"}]}'
)
ENUM = '{"type": "enum", "name": "e", "symbols": ["A", "B"]}'
CASES = [
    ("too short", RECORD, "02"),
    ("empty", RECORD, ""),
    ("text too long", RECORD, "022878"),
    ("negative length", RECORD, "0201"),
    ("more than one", RECORD, "02027802"),
    ("not utf-8", '"string"', "04ffff"),
    ("union branch", '["null", "int"]', "04"),
    ("negative branch", '["null", "int"]', "01"),
    ("enum symbol", ENUM, "04"),
    ("varint too long", '"int"', "ffffffffffff01"),
    ("varint over 32 bits", '"int"', "808080807f"),
    ("long too long", '"long"', "ff" * 11),
    ("boolean of 2", '"boolean"', "02"),
    ("array without an end", '{"type": "array", "items": "int"}', "0202"),
    ("huge array", '{"type": "array", "items": "int"}', "feffffff0f"),
    (
        "decimal too large",
        '{"type": "bytes", "logicalType": "decimal", "precision": 2}',
        "04ffff"[:2] + "7fff",
    ),
    ("fixed", '{"type": "fixed", "name": "f", "size": 3}', "0102"),
    ("null item", '{"type": "array", "items": "null"}', "0200"),
]


def run(spark, ctx):
    for label, schema, data in CASES:
        for mode in ["FAILFAST", "PERMISSIVE"]:
            call = f"from_avro(unhex('{data}'), '{schema}', map('mode', '{mode}'))"
            yield (
                f"{label} {mode}",
                ctx.outcome(lambda call=call: spark.sql(f"SELECT {call} AS v").first()[0]),
            )
    good = f"from_avro(unhex('020278'), '{RECORD}', map('mode', 'PERMISSIVE')) AS v"
    yield "nullable", spark.sql(f"SELECT {good}")
    strict = f"from_avro(unhex('020278'), '{RECORD}', map('mode', 'FAILFAST')) AS v"
    yield "not nullable", spark.sql(f"SELECT {strict}")
    yield (
        "rows",
        spark.sql(
            f"SELECT id, from_avro(data, '{RECORD}', map('mode', 'PERMISSIVE')) AS v "
            "FROM VALUES (1, X'020278'), (2, X'02'), (3, cast(null as binary)), (4, X'040279') "
            "AS t(id, data)"
        ),
    )
    for mode in ["DROPMALFORMED", "unheard", ""]:
        call = f"from_avro(X'02', '\"int\"', map('mode', '{mode}'))"
        yield (
            f"mode {mode}",
            ctx.outcome(lambda call=call: spark.sql(f"SELECT {call} AS v").first()[0]),
        )
