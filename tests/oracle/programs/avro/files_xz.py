"""Files packed by xz: of another program's making, and of Spark's."""

import json
import lzma

MARK = b"0123456789abcdef"


def long(value):
    rest = (value << 1) ^ (value >> 63)
    out = b""
    while rest > 0x7F:
        out += bytes([rest & 0x7F | 0x80])
        rest >>= 7
    return out + bytes([rest])


def text(value):
    return long(len(value)) + value


def run(spark, ctx):
    fields = [{"name": "a", "type": "int"}, {"name": "b", "type": ["null", "string"]}]
    schema = json.dumps({"type": "record", "name": "r", "fields": fields})
    data = b"Obj\x01" + long(2) + text(b"avro.schema") + text(schema.encode())
    data += text(b"avro.codec") + text(b"xz") + long(0) + MARK
    data += long(2) + text(lzma.compress(b"\x02\x02\x02x\x04\x00")) + MARK
    path = ctx.write_bytes("ab.avro", data)
    yield "read", spark.read.format("avro").load(path)
    yield "one column", spark.read.format("avro").schema("b string").load(path)
    out = ctx.path("out")
    df = spark.sql("SELECT 1 AS a").coalesce(1)

    def written():
        df.write.format("avro").option("compression", "xz").save(out)
        return spark.read.format("avro").load(out).first()[0]

    yield "written", ctx.outcome(written)
