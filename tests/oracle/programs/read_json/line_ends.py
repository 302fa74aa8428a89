"""Lines ended by LF, CRLF and CR, a separator of one's own, a byte order mark."""


def run(spark, ctx):
    for label, end in [("lf", b"\n"), ("crlf", b"\r\n"), ("cr", b"\r")]:
        path = ctx.write_bytes(
            f"{label}.json", end.join([b'{"a":1,"b":"x"}', b'{"a":2,"b":"y"}', b""])
        )
        yield label, spark.read.schema("a int, b string, _corrupt_record string").json(path)
    path = ctx.write_bytes("own.json", b'{"a":1}|{"a":2}|')
    yield "lineSep", spark.read.schema("a int").option("lineSep", "|").json(path)
    path = ctx.write_bytes("bom.json", b'\xef\xbb\xbf{"a":1}\n{"a":2}\n')
    yield "byte order mark", spark.read.schema("a int, _corrupt_record string").json(path)
    path = ctx.write_bytes("many.json", b'[{"a":1},\n {"a":2}]\n')
    yield "multiLine", spark.read.schema("a int").option("multiLine", True).json(path)
    path = ctx.write_bytes("one.json", b'{\n "a": 1\n}\n')
    yield "multiLine object", spark.read.schema("a int").json(path, multiLine=True)
