"""What is said of counts in well-known binary that cannot be, and of odd third coordinates?"""

import struct

from tests.oracle.programs.functions.places_wkb import NAN, head, line, number, point, reals, ring

BIG = 0x7FFFFFFF
INF = float("inf")

CASES = {
    "polygon negative": head(3) + number(0xFFFFFFFF),
    "polygon huge": head(3) + number(BIG),
    "polygon short": head(3) + number(2) + ring(0, 0, 1, 0, 1, 1, 0, 0),
    "polygon no count": head(3) + b"\x01",
    "ring negative": head(3) + number(1) + number(0xFFFFFFFF),
    "ring huge": head(3) + number(1) + number(BIG),
    "ring short": head(3) + number(1) + number(4) + reals(0, 0, 1, 0, 1, 1),
    "multipoint negative": head(4) + number(0xFFFFFFFF),
    "multipoint huge": head(4) + number(BIG),
    "multiline negative": head(5) + number(0xFFFFFFFF),
    "multiline huge": head(5) + number(BIG),
    "multipolygon negative": head(6) + number(0xFFFFFFFF),
    "multipolygon huge": head(6) + number(BIG),
    "multipolygon of lines": head(6) + number(1) + line(1, 2, 3, 4),
    "collection negative": head(7) + number(0xFFFFFFFF),
    "collection huge": head(7) + number(BIG),
    "collection short": head(7) + number(2) + point(1, 2),
    "collection five": head(7) + number(5) + point(1, 2),
    "multipoint six": head(4) + number(6) + point(1, 2) + point(1, 2),
    "polygon nine": head(3) + number(9) + ring(0, 0, 1, 0, 1, 1, 0, 0),
    "line z nan": head(1002) + number(2) + reals(1, 2, 3, 4, 5, NAN),
    "line z infinite": head(1002) + number(2) + reals(1, 2, 3, 4, 5, INF),
    "line y infinite": head(2) + number(2) + reals(1, 2, 3, INF),
    "point y infinite": head(1) + reals(1, -INF),
    "point z infinite": head(1001) + reals(1, 2, INF),
    "point z short": head(1001) + reals(1, 2),
    "multipoint z": head(1004) + number(1) + head(1001) + reals(1, 2, 3),
    "multiline m": head(2005) + number(1) + head(2002) + number(2) + reals(1, 2, 3, 4, 5, 6),
    "multipoint z of m": head(1004) + number(1) + head(2001) + reals(1, 2, 3),
    "polygon zm": head(3003)
    + number(1)
    + ring(0, 0, 5, 1, 1, 0, 5, 1, 1, 1, 5, 1, 0, 0, 5, 2, width=4),
    "collection deep big": b"\x00" + struct.pack(">II", 7, 1) + point(1, 2),
    "nan bits": head(1) + b"\x01\x00\x00\x00\x00\x00\xf8\xff" + b"\x01\x00\x00\x00\x00\x00\xf8\x7f",
}


def run(spark, ctx):
    for label, wkb in CASES.items():

        def told(wkb=wkb):
            call = "hex(st_asbinary(st_geomfromwkb(w), 'XDR'))"
            return [*spark.createDataFrame([(wkb,)], "w binary").selectExpr(call).first()]

        yield label, ctx.outcome(told)
