"""What does from_protobuf make of each type's bytes, by each option?"""

import struct

from pyspark.sql.protobuf.functions import from_protobuf


def varint(n):
    n &= (1 << 64) - 1
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes([*out, n])


def num(field, n):
    return varint(field << 3) + varint(n)


def part(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def fixed(field, form, value):
    return varint(field << 3 | (5 if struct.calcsize(form) == 4 else 1)) + struct.pack(form, value)


SCALARS = b"".join(
    [
        fixed(1, "<d", -2.5),
        fixed(2, "<f", 1.25),
        num(3, -7),
        num(4, -(2**40)),
        num(5, 2**32 - 1),
        num(6, 2**64 - 1),
        num(7, 13),
        num(8, 14),
        fixed(9, "<I", 2**32 - 2),
        fixed(10, "<Q", 2**64 - 2),
        fixed(11, "<i", -5),
        fixed(12, "<q", -6),
        num(13, 1),
        part(14, "café"),
        part(15, b"\0\xff"),
    ]
)
ZEROS = num(3, 0) + num(13, 0) + part(14, "") + fixed(1, "<d", 0.0)
INNER = num(1, 5) + part(2, "five")
ENTRY = part(1, "a") + num(2, 1)
TIMES = b"".join(
    [
        part(1, num(1, 1700000000) + num(2, 123456789)),
        part(2, num(1, -3) + num(2, -500000999)),
        part(3, num(1, -1) + num(2, 999999999)),
        part(3, b""),
        part(4, part(1, "x") + part(2, num(1, 90061))),
        part(4, part(1, "none")),
    ]
)
WRAPPED = b"".join(
    [
        part(1, num(1, 1)),
        part(2, b""),
        part(3, num(1, 2**32 - 1)),
        part(4, num(1, -9)),
        part(5, num(1, 2**64 - 1)),
        part(6, part(1, "s")),
        part(7, part(1, b"y")),
        part(8, fixed(1, "<f", 0.5)),
        part(9, b""),
        part(10, num(1, 3)),
        part(11, part(1, "k") + part(2, part(1, "v"))),
    ]
)
HOLLOW = part(10, b"") + part(10, num(1, 3)) + part(11, part(1, "e") + part(2, b""))
REPEATS = b"".join(
    [
        part(1, varint(1) + varint(2) + varint(-3)),
        num(1, 4),
        num(2, 5),
        part(2, varint(6)),
        part(3, "x"),
        part(3, ""),
        part(4, INNER),
        part(4, b""),
        part(5, ENTRY),
        part(5, part(1, "b")),
        part(5, num(2, 9)),
        part(6, num(1, 3) + part(2, INNER)),
        part(6, num(1, 4)),
        part(7, varint(1) + varint(-2) + varint(9)),
        part(8, varint(2**64 - 1)),
        part(9, b"z"),
        part(10, part(1, "p") + num(2, 1)),
    ]
)
NODES = part(1, "a") + part(2, part(1, "b") + part(2, part(1, "c") + part(2, part(1, "d"))))
TREE = (
    num(1, 1) + part(2, num(1, 2) + part(2, num(1, 3))) + part(3, part(1, "l") + part(2, num(1, 4)))
)
OLD = num(1, 7)
EMIT = {"emit.default.values": "true"}
INTS = {"enums.as.ints": "true"}
UP = {"upcast.unsigned.ints": "true"}
UNWRAP = {"unwrap.primitive.wrapper.types": "true"}
KEEP = {"retain.empty.message.types": "true"}


def deep(n):
    return {"recursive.fields.max.depth": str(n)}


CASES = [
    ("Scalars", SCALARS, {}),
    ("Scalars", SCALARS, UP),
    ("Scalars", b"", {}),
    ("Scalars", b"", EMIT),
    ("Scalars", b"", {**EMIT, **UP}),
    ("Scalars", ZEROS, {}),
    ("Scalars", num(3, 1) + num(3, 2), {}),
    ("Scalars", num(3, 2**40 + 5), {}),
    ("Scalars", num(13, 2), {}),
    ("Scalars", num(99, 2) + num(3, 8) + part(98, "x"), {}),
    ("caudal.test.Inner", INNER, {}),
    ("Inner", INNER, {"MODE": "PERMISSIVE"}),
    ("Optionals", b"", {}),
    ("Optionals", b"", EMIT),
    ("Optionals", num(1, 0) + part(2, "") + num(3, 0), {}),
    ("Optionals", part(4, "x"), EMIT),
    ("Optionals", part(4, "x") + num(5, 0), {}),
    ("Optionals", part(6, num(1, 1)) + part(6, part(2, "merged")), {}),
    ("Optionals", part(6, INNER) + part(4, ""), {}),
    ("Optionals", part(6, b""), EMIT),
    ("Painted", num(1, 1), {}),
    ("Painted", num(1, 1), INTS),
    ("Painted", num(1, -2), INTS),
    ("Painted", num(1, 9), {}),
    ("Painted", num(1, 9), INTS),
    ("Painted", b"", {}),
    ("Painted", b"", EMIT),
    ("Painted", b"", {**EMIT, **INTS}),
    ("Repeats", REPEATS, {}),
    ("Repeats", REPEATS, {**UP, **INTS}),
    ("Repeats", REPEATS, EMIT),
    ("Repeats", b"", {}),
    ("Repeats", part(5, ENTRY) + part(5, part(1, "a") + num(2, 2)), {}),
    ("Times", TIMES, {}),
    ("Times", b"", EMIT),
    ("Wrapped", WRAPPED, {}),
    ("Wrapped", WRAPPED, UNWRAP),
    ("Wrapped", WRAPPED, {**UNWRAP, **UP, **EMIT}),
    ("Wrapped", WRAPPED, EMIT),
    ("Wrapped", HOLLOW, {}),
    ("Wrapped", part(10, b"") + part(10, num(1, 3)), UNWRAP),
    ("Wrapped", HOLLOW, {**UNWRAP, **EMIT}),
    ("Wrapped", b"", UNWRAP),
    ("AnyHolder", part(1, "n") + part(2, part(1, "t.g/x") + part(2, b"\1")), {}),
    ("Node", NODES, deep(1)),
    ("Node", NODES, deep(2)),
    ("Node", NODES, deep(3)),
    ("Tree", TREE, deep(1)),
    ("Tree", TREE, deep(2)),
    ("Tree", TREE, deep(3)),
    ("Ping", part(1, num(2, 1) + part(1, part(2, "in"))), deep(1)),
    ("Ping", part(1, num(2, 1) + part(1, part(2, "in"))), deep(2)),
    ("Nothing", b"", {}),
    ("Nothing", b"", KEEP),
    ("HasNothing", part(1, b"") + part(2, "t"), {}),
    ("HasNothing", part(1, b"") + part(2, "t"), KEEP),
    ("HasNothing", part(2, "t"), KEEP),
    ("OnlyNothing", part(1, b""), {}),
    ("OnlyNothing", part(1, b""), KEEP),
    ("Outer", part(1, num(1, 4)), {}),
    ("Shaped", part(1, num(1, 60) + num(2, 1000)), {}),
    ("Cased", num(1, 1) + num(2, 2), {}),
    ("Loose", b"", {}),
    ("Loose", part(2, part(1, "a") + part(1, "b")), deep(2)),
    ("Old", OLD, {}),
    ("Old", OLD, EMIT),
    ("Old", OLD, UP),
    ("Old", b"", {}),
    ("Old", b"", {"mode": "PERMISSIVE"}),
    ("Old", OLD + num(3, 9), {}),
    ("Old", OLD + part(9, varint(1) + varint(7) + varint(2)), {}),
    ("Old", OLD + part(100, "extra"), {}),
    ("Old", OLD + part(10, b""), {}),
    ("Old", OLD + part(10, part(1, "t") + b"\x13" + num(1, 3) + b"\x14"), {}),
    ("Old", OLD + num(4, 1) + part(4, varint(2)), {}),
    ("Part", part(1, "x") + b"\x13\x08\x01", {}),
    ("Scalars", b"\x18", {}),
    ("Scalars", b"\x18", {"mode": "PERMISSIVE"}),
    ("Scalars", b"\x18", {"mode": "DROPMALFORMED"}),
    ("Scalars", num(3, 1), {"mode": "DROPMALFORMED"}),
    ("Scalars", b"\x18", {"mode": "nosuch"}),
    ("Scalars", b"\0\0", {}),
    ("Scalars", part(3, "abc"), {}),
    ("Scalars", part(3, "abc"), {"mode": "PERMISSIVE"}),
    ("Inner", part(3, "abc") + num(2, 1), {}),
    ("Inner", num(3, 1) + num(2, 1), {"mode": "PERMISSIVE"}),
    ("Optionals", part(6, part(1, "abc")), {}),
    ("Scalars", part(14, b"\xff"), {}),
    ("Scalars", b"\x1c", {}),
    ("Scalars", b"\x18" + b"\xff" * 11, {}),
    ("Scalars", b"\x72\xff\xff\xff\xff\x0f", {}),
    ("Node", NODES, {}),
    ("Node", NODES, deep(0)),
    ("Node", NODES, deep(11)),
    ("Node", NODES, deep("x")),
    ("Tree", TREE, {}),
    ("Ping", b"", {}),
    ("In", b"", {}),
    ("Outer.In", b"", {}),
    ("Scalars", b"", {"emit.default.values": "maybe"}),
    ("Scalars", SCALARS, {"no.such.option": "1"}),
]


def run(spark, ctx):
    desc = ctx.fixture("protobuf/events.desc")
    for number, (message, data, options) in enumerate(CASES):
        said = ", ".join(f"{key}={value}" for key, value in options.items())

        def frame(message=message, data=data, options=options):
            rows = spark.sql(f"SELECT X'{data.hex()}' AS x")
            df = rows.select(from_protobuf("x", message, desc, options).alias("v"))
            df.collect()
            return df

        label = f"{number} {message} {said}"
        try:
            df = frame()
        except Exception:
            yield label, ctx.error(frame)
            continue
        yield label, df
    nothing = spark.createDataFrame([(None,)], "x binary")
    yield "null", nothing.select(from_protobuf("x", "Scalars", desc))
    yield "null by default", nothing.select(from_protobuf("x", "Scalars", desc, EMIT))
