"""What well-known binary is taken as a GEOMETRY and as a GEOGRAPHY, and what is said of the rest?"""

import struct


def head(kind, order="<"):
    return bytes([1 if order == "<" else 0]) + struct.pack(order + "I", kind)


def number(n, order="<"):
    return struct.pack(order + "I", n)


def reals(*values, order="<"):
    return struct.pack(order + "d" * len(values), *values)


def point(x, y):
    return head(1) + reals(x, y)


def line(*values):
    return head(2) + number(len(values) // 2) + reals(*values)


def ring(*values, width=2):
    return number(len(values) // width) + reals(*values)


NAN = float("nan")
SQUARE = ring(0, 0, 1, 0, 1, 1, 0, 0)

CASES = {
    "endianness 2": b"\x02" + point(1, 2)[1:],
    "type 0": head(0) + reals(1, 2),
    "type 8": head(8) + reals(1, 2),
    "type 99": head(99),
    "type 1004": head(1004),
    "type 4001": head(4001) + reals(1, 2),
    "ewkb srid": head(0x20000001) + number(4326) + reals(1, 2),
    "ewkb z": head(0x80000001) + reals(1, 2, 3),
    "point with half": head(1) + reals(1) + b"\x00\x00",
    "point and more": point(1, 2) + b"\x00",
    "point big": head(1, ">") + reals(1, 2, order=">"),
    "point empty": point(NAN, NAN),
    "point half empty": point(NAN, 1),
    "point infinite": point(float("inf"), 1),
    "point z": head(1001) + reals(1, 2, 3),
    "point m": head(2001) + reals(1, 2, 3),
    "point zm": head(3001) + reals(1, 2, 3, 4),
    "point z nan": head(1001) + reals(1, 2, NAN),
    "line": line(1, 2, 3, 4),
    "line empty": line(),
    "line of one": line(1, 2),
    "line of same": line(1, 2, 1, 2),
    "line with nan": line(1, 2, NAN, 4),
    "line short": head(2) + number(3) + reals(1, 2),
    "line huge": head(2) + number(0x7FFFFFFF),
    "line negative": head(2) + number(0xFFFFFFFF),
    "line no count": head(2) + b"\x01",
    "line z": head(1002) + number(2) + reals(1, 2, 3, 4, 5, 6),
    "polygon": head(3) + number(1) + SQUARE,
    "polygon empty": head(3) + number(0),
    "polygon empty ring": head(3) + number(1) + number(0),
    "polygon of three": head(3) + number(1) + ring(0, 0, 1, 0, 0, 0),
    "polygon open": head(3) + number(1) + ring(0, 0, 1, 0, 1, 1, 0, 2),
    "polygon with hole": head(3)
    + number(2)
    + SQUARE
    + ring(0.1, 0.1, 0.2, 0.1, 0.2, 0.2, 0.1, 0.1),
    "polygon z": head(1003) + number(1) + ring(0, 0, 5, 1, 0, 5, 1, 1, 5, 0, 0, 5, width=3),
    "polygon z open in z": head(1003)
    + number(1)
    + ring(0, 0, 5, 1, 0, 5, 1, 1, 5, 0, 0, 6, width=3),
    "polygon with nan": head(3) + number(1) + ring(0, 0, NAN, 0, 1, 1, 0, 0),
    "multipoint": head(4) + number(2) + point(1, 2) + point(3, 4),
    "multipoint empty": head(4) + number(0),
    "multipoint of empty": head(4) + number(1) + point(NAN, NAN),
    "multipoint of lines": head(4) + number(1) + line(1, 2, 3, 4),
    "multipoint of z": head(4) + number(1) + head(1001) + reals(1, 2, 3),
    "multipoint mixed ends": head(4) + number(1) + head(1, ">") + reals(1, 2, order=">"),
    "multipoint short": head(4) + number(2) + point(1, 2),
    "multiline": head(5) + number(1) + line(1, 2, 3, 4),
    "multiline of points": head(5) + number(1) + point(1, 2),
    "multipolygon": head(6) + number(1) + head(3) + number(1) + SQUARE,
    "collection": head(7) + number(2) + point(1, 2) + line(1, 2, 3, 4),
    "collection empty": head(7) + number(0),
    "collection nested": head(7) + number(1) + head(7) + number(1) + point(1, 2),
    "collection of bad": head(7) + number(1) + head(9),
    "collection z of plain": head(1007) + number(1) + point(1, 2),
    "collection bad end": head(7) + number(1) + b"\x05" + point(1, 2)[1:],
    "far east": point(180, 2),
    "too far east": point(180.5, 2),
    "too far west": point(-181, 2),
    "pole": point(0, 90),
    "beyond pole": point(0, 90.5),
    "line beyond": line(1, 2, 3, -91),
    "polygon beyond": head(3) + number(1) + ring(0, 0, 200, 0, 1, 1, 0, 0),
}


def run(spark, ctx):
    for function in ("st_geomfromwkb", "st_geogfromwkb"):
        for label, wkb in CASES.items():

            def told(wkb=wkb, function=function):
                call = f"hex(st_asbinary({function}(w)))"
                df = spark.createDataFrame([(wkb,)], "w binary").selectExpr(call)
                return [*df.first()]

            yield f"{function}: {label}", ctx.outcome(told)
