"""Files of other programs' making: their types, the reader's options and schema."""

import json
import os

MAGIC = b"Obj\x01"
MARK = b"0123456789abcdef"


def long(value):
    rest = (value << 1) ^ (value >> 63)
    out = b""
    while rest > 0x7F:
        out += bytes([rest & 0x7F | 0x80])
        rest >>= 7
    return out + bytes([rest])


def container(schema, rows, codec=b"null"):
    """The bytes of a file with rows that are encoded already, two in a block."""
    data = MAGIC + long(2)
    for key, value in [(b"avro.schema", schema.encode()), (b"avro.codec", codec)]:
        data += long(len(key)) + key + long(len(value)) + value
    data += long(0) + MARK
    for at in range(0, len(rows), 2):
        block = b"".join(rows[at : at + 2])
        data += long(len(rows[at : at + 2])) + long(len(block)) + block + MARK
    return data


def record(*fields):
    named = [{"name": name, "type": json.loads(kind)} for name, kind in fields]
    return json.dumps({"type": "record", "name": "r", "fields": named})


AB = record(("a", '"int"'), ("b", '["null", "string"]'))
ROWS = [b"\x02\x02\x02x", b"\x04\x00", b"\x06\x02\x02z"]


def run(spark, ctx):
    path = ctx.write_bytes("ab/1.avro", container(AB, ROWS))
    read = spark.read.format("avro")
    yield "plain", read.load(path)
    yield "one column", read.load(path).select("b")
    yield "count", read.load(path).count()
    yield "filter", read.load(path).where("a > 1")
    yield "schema", spark.read.format("avro").schema("a int, b string").load(path)
    for label, schema in [
        ("long", "a long"),
        ("double", "a double"),
        ("float", "a float"),
        ("short", "a short"),
        ("string", "a string"),
        ("date", "a date"),
        ("timestamp", "a timestamp"),
        ("decimal", "a decimal(10, 2)"),
        ("text as bytes", "b binary"),
        ("text as int", "b int"),
        ("other case", "A int, B string"),
        ("missing", "a int, c int"),
        ("struct", "a struct<x: int>"),
    ]:
        frame = spark.read.format("avro").schema(schema)
        yield f"as {label}", ctx.outcome(lambda f=frame: sorted(map(tuple, f.load(path).collect())))
    positional = spark.read.format("avro").schema("x int, y string")
    yield "positions", positional.option("positionalFieldMatching", True).load(path)
    evolved = json.dumps(
        {
            "type": "record",
            "name": "r",
            "fields": [
                {"name": "a", "type": "long"},
                {"name": "c", "type": "string", "default": "d"},
            ],
        }
    )
    yield "avroSchema", read.option("avroSchema", evolved).load(path)
    url = ctx.write_lines("evolved.avsc", [evolved])
    yield "avroSchemaUrl", spark.read.format("avro").option("avroSchemaUrl", url).load(path)
    ctx.write_bytes("ext/1.avro", container(AB, ROWS[:1]))
    ctx.write_bytes("ext/2.other", container(AB, ROWS[1:]))
    for flag in [True, False]:
        with_flag = spark.read.format("avro").option("ignoreExtension", flag)
        yield f"ignoreExtension {flag}", with_flag.load(ctx.path("ext"))
    union = record(("u", '["null", "int", "string"]'))
    path = ctx.write_bytes("u.avro", container(union, [b"\x02\x02", b"\x04\x02x", b"\x00"]))
    yield "union", spark.read.format("avro").load(path)
    stable = spark.read.format("avro").option("enableStableIdentifiersForUnionType", True)
    yield "stable", stable.load(path)
    prefix = stable.option("stableIdentifierPrefixForUnionType", "is_")
    yield "prefix", prefix.load(path)
    node = (
        '{"type": "record", "name": "n", "fields": [{"name": "id", "type": "int"}, '
        '{"name": "next", "type": ["null", "n"]}]}'
    )
    path = ctx.write_bytes("n.avro", container(node, [b"\x02\x02\x04\x00"]))
    yield "recursive", ctx.error(lambda: spark.read.format("avro").load(path))
    deep = spark.read.format("avro").option("recursiveFieldMaxDepth", 2)
    yield "deep", deep.load(path)
    path = ctx.write_bytes("int.avro", container('"int"', [b"\x02"]))
    yield "no record", ctx.error(lambda: spark.read.format("avro").load(path))
    month = record(("m", '{"type": "int", "spark.sql.catalyst.type": "interval month"}'))
    path = ctx.write_bytes("m.avro", container(month, [b"\x02"]))
    for schema in ["m date", "m timestamp", "m interval month", "m int"]:
        frame = spark.read.format("avro").schema(schema)
        yield (
            f"interval as {schema}",
            ctx.outcome(lambda f=frame: f.load(path).selectExpr("cast(m AS string)").first()[0]),
        )
    number = record(
        ("d", '{"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}')
    )
    path = ctx.write_bytes("d.avro", container(number, [b"\x04\x00\xc8"]))
    for schema in [
        "d decimal(4, 2)",
        "d decimal(6, 3)",
        "d decimal(3, 2)",
        "d binary",
        "d decimal(10, 0)",
    ]:
        frame = spark.read.format("avro").schema(schema)
        yield f"read as {schema}", ctx.outcome(lambda f=frame: f.load(path).first()[0])
    old = record(("day", '{"type": "int", "logicalType": "date"}'))
    path = ctx.write_bytes("old.avro", container(old, [long(-354285)]))
    for mode in ["CORRECTED", "LEGACY", "EXCEPTION"]:
        frame = spark.read.format("avro").option("datetimeRebaseMode", mode)
        cells = frame.load(path).selectExpr("cast(day AS string) AS day")
        yield f"rebase {mode}", ctx.outcome(lambda c=cells: c.first()[0])
    good = container(AB, ROWS)
    os.makedirs(ctx.path("none"))
    for label, data in [
        ("empty file", b""),
        ("no avro", b"hello, this is text"),
        ("half a header", good[:20]),
        ("half a block", good[:-20]),
        ("other mark", good[:-4] + b"xxxx"),
        ("unknown codec", container(AB, ROWS, b"unheard")),
    ]:
        path = ctx.write_bytes(f"broken/{label}.avro", data)
        plain = spark.read.format("avro").schema("a int, b string")
        yield (
            label,
            ctx.outcome(lambda f=plain, p=path: f.load(p).count() and len(f.load(p).collect())),
        )
        ignoring = plain.option("ignoreCorruptFiles", True)
        yield f"{label} ignored", ctx.outcome(lambda f=ignoring, p=path: len(f.load(p).collect()))
    yield "empty folder", ctx.error(lambda: spark.read.format("avro").load(ctx.path("none")))
