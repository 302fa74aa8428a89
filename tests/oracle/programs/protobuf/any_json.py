"""Any as JSON: what convert.any.fields.to.json makes of every kind of field."""

from pyspark.sql.protobuf.functions import from_protobuf
from tests.oracle.programs.protobuf.read import fixed, num, part, varint


def packed(name, data):
    return part(1, f"type.googleapis.com/{name}") + part(2, data)


INNER = num(1, 5) + part(2, "five")
ENTRY = part(1, "b") + num(2, 1)
G = "google.protobuf."
T = "caudal.test."
VALUES = [
    (T + "Inner", INNER),
    (T + "Inner", b""),
    (T + "Inner", part(2, "<a href='x'>&é\"\\\n\u2028=</a>")),
    (
        T + "Scalars",
        fixed(1, "<d", 1e10)
        + fixed(2, "<f", 0.1)
        + num(4, -5)
        + num(5, -1)
        + num(6, -1)
        + num(13, 1)
        + part(15, b"\xfb\xff"),
    ),
    (T + "Scalars", fixed(1, "<d", float("nan")) + fixed(2, "<f", float("-inf"))),
    (T + "Scalars", fixed(1, "<d", 3.0) + fixed(2, "<f", 1e-7) + fixed(12, "<q", 2**62)),
    (T + "Optionals", num(1, 0) + part(6, b"")),
    (T + "Painted", num(1, 1)),
    (T + "Painted", num(1, 9)),
    (
        T + "Repeats",
        part(1, varint(1) + varint(2))
        + part(4, INNER)
        + part(4, b"")
        + part(5, ENTRY)
        + part(5, part(1, "a"))
        + part(6, num(1, 3) + part(2, INNER))
        + part(7, varint(1))
        + part(8, varint(2**63)),
    ),
    (
        T + "Times",
        part(1, num(1, 1700000000) + num(2, 120000000)) + part(2, num(1, -3) + num(2, -500000999)),
    ),
    (
        T + "Times",
        part(1, num(1, -1) + num(2, 999999999))
        + part(2, num(1, 0))
        + part(3, b"")
        + part(4, part(1, "x") + part(2, num(1, 5) + num(2, 7000))),
    ),
    (T + "Times", part(1, num(1, 2**60))),
    (
        T + "Wrapped",
        part(1, num(1, 1))
        + part(2, b"")
        + part(4, num(1, 7))
        + part(6, part(1, "s"))
        + part(7, part(1, b"y"))
        + part(9, fixed(1, "<d", 2.5)),
    ),
    (T + "AnyHolder", part(1, "in") + part(2, packed(T + "Inner", INNER))),
    (
        T + "Loose",
        part(
            1,
            part(1, part(1, "k") + part(2, fixed(2, "<d", 1.0)))
            + part(1, part(1, "n") + part(2, num(1, 0))),
        )
        + part(2, part(1, "a.b_c") + part(1, "d"))
        + part(3, part(6, part(1, num(4, 1)) + part(1, part(3, "s")))),
    ),
    (G + "Timestamp", num(1, 5)),
    (G + "Duration", num(1, 5) + num(2, 1000000)),
    (G + "Int32Value", num(1, 5)),
    (G + "StringValue", b""),
    (G + "FieldMask", part(1, "x")),
    (G + "Any", packed(T + "Inner", INNER)),
    (T + "Node", part(1, "a") + part(2, part(1, "b"))),
    ("caudal.legacy.Old", num(1, 7)),
    (
        "caudal.legacy.Old",
        num(1, 7) + num(3, 1) + part(10, part(1, "t") + b"\x13" + num(1, 3) + b"\x14"),
    ),
    (T + "Nope", b""),
    (T + "Inner", b"\x08"),
    (T + "Outer.In", num(1, 2)),
]
JSON = {"convert.any.fields.to.json": "true"}


def run(spark, ctx):
    desc = ctx.fixture("protobuf/events.desc")
    cases = [(name, part(1, "n") + part(2, packed(name, data)), {}) for name, data in VALUES]
    cases += [
        ("enums as ints", part(2, packed(T + "Painted", num(1, 1))), {"enums.as.ints": "true"}),
        ("no value", part(1, "n"), {}),
        ("empty", part(2, b""), {}),
        ("no url", part(2, part(2, INNER)), {}),
        ("no slash", part(2, part(1, T + "Inner") + part(2, INNER)), {}),
        ("other host", part(2, part(1, "x/y/" + T + "Inner") + part(2, INNER)), {}),
        ("no value in it", part(2, part(1, "x/" + T + "Inner")), {}),
        ("list", part(3, packed(T + "Inner", INNER)) + part(3, b""), {}),
        ("permissive", part(2, packed(T + "Nope", b"")), {"mode": "PERMISSIVE"}),
        ("by default", b"", {"emit.default.values": "true"}),
    ]
    for number, (label, data, options) in enumerate(cases):

        def frame(data=data, options=options):
            rows = spark.sql(f"SELECT X'{data.hex()}' AS x")
            made = from_protobuf("x", "AnyHolder", desc, {**JSON, **options})
            df = rows.select(made.alias("v"))
            df.collect()
            return df

        try:
            df = frame()
        except Exception:
            yield f"{number} {label}", ctx.error(frame)
            continue
        yield f"{number} {label}", df
    plain = spark.sql("SELECT X'1205' || X'0a03782f79' AS x")
    yield "not asked for", plain.select(from_protobuf("x", "AnyHolder", desc).alias("v"))
