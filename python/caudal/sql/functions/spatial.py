"""Places and vectors.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, given, number, optional

__all__ = [
    "st_asbinary",
    "st_geogfromwkb",
    "st_geomfromwkb",
    "st_setsrid",
    "st_srid",
    "vector_cosine_similarity",
    "vector_inner_product",
    "vector_l2_distance",
    "vector_norm",
    "vector_normalize",
    "vector_avg",
    "vector_sum",
]


def st_asbinary(geo: ColumnOrName, endianness: ColumnOrName | None = None) -> Column:
    """The well-known binary of a place."""
    return call("st_asbinary", geo, *given(optional(endianness)))


def st_geogfromwkb(wkb: ColumnOrName) -> Column:
    """The geography of a well-known binary."""
    return call("st_geogfromwkb", wkb)


def st_geomfromwkb(wkb: ColumnOrName, srid: ColumnOrName | int | None = None) -> Column:
    """The geometry of a well-known binary."""
    return call("st_geomfromwkb", wkb, *given(number(srid)))


def st_setsrid(geo: ColumnOrName, srid: ColumnOrName | int) -> Column:
    """The place with another reference system."""
    return call("st_setsrid", geo, number(srid))


def st_srid(geo: ColumnOrName) -> Column:
    """The reference system of a place."""
    return call("st_srid", geo)


def vector_cosine_similarity(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The cosine of the angle between two vectors."""
    return call("vector_cosine_similarity", left, right)


def vector_inner_product(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The inner product of two vectors."""
    return call("vector_inner_product", left, right)


def vector_l2_distance(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The distance of two vectors."""
    return call("vector_l2_distance", left, right)


def vector_norm(vector: ColumnOrName, degree: ColumnOrName | None = None) -> Column:
    """The norm of a vector."""
    return call("vector_norm", vector, *given(degree))


def vector_normalize(vector: ColumnOrName, degree: ColumnOrName | None = None) -> Column:
    """The vector with norm 1."""
    return call("vector_normalize", vector, *given(degree))


def vector_avg(col: ColumnOrName) -> Column:
    """The mean of vectors."""
    return call("vector_avg", col)


def vector_sum(col: ColumnOrName) -> Column:
    """The sum of vectors."""
    return call("vector_sum", col)
