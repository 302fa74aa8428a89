"""Sketches: approximate answers from little memory.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, given, optional

__all__ = [
    "bitmap_and_agg",
    "bitmap_construct_agg",
    "bitmap_or_agg",
    "count_min_sketch",
    "hll_sketch_agg",
    "hll_union_agg",
    "kll_sketch_agg_bigint",
    "kll_sketch_agg_double",
    "kll_sketch_agg_float",
    "kll_merge_agg_bigint",
    "kll_merge_agg_double",
    "kll_merge_agg_float",
    "theta_intersection_agg",
    "theta_sketch_agg",
    "theta_union_agg",
    "hll_sketch_estimate",
    "hll_union",
    "kll_sketch_get_n_bigint",
    "kll_sketch_get_n_double",
    "kll_sketch_get_n_float",
    "kll_sketch_get_quantile_bigint",
    "kll_sketch_get_quantile_double",
    "kll_sketch_get_quantile_float",
    "kll_sketch_get_rank_bigint",
    "kll_sketch_get_rank_double",
    "kll_sketch_get_rank_float",
    "kll_sketch_merge_bigint",
    "kll_sketch_merge_double",
    "kll_sketch_merge_float",
    "kll_sketch_to_string_bigint",
    "kll_sketch_to_string_double",
    "kll_sketch_to_string_float",
    "theta_difference",
    "theta_intersection",
    "theta_sketch_estimate",
    "theta_union",
]


def bitmap_and_agg(col: ColumnOrName) -> Column:
    """The bitmap of bits that all bitmaps have."""
    return call("bitmap_and_agg", col)


def bitmap_construct_agg(col: ColumnOrName) -> Column:
    """A bitmap of positions."""
    return call("bitmap_construct_agg", col)


def bitmap_or_agg(col: ColumnOrName) -> Column:
    """The bitmap of bits that some bitmap has."""
    return call("bitmap_or_agg", col)


def count_min_sketch(
    col: ColumnOrName,
    eps: Column | float,
    confidence: Column | float,
    seed: Column | int | None = None,
) -> Column:
    """A count-min sketch."""
    return call(
        "count_min_sketch", col, constant(eps), constant(confidence), *given(optional(seed))
    )


def hll_sketch_agg(col: ColumnOrName, lgConfigK: int | Column | None = None) -> Column:
    """A HyperLogLog sketch of the group."""
    return call("hll_sketch_agg", col, *given(optional(lgConfigK)))


def hll_union_agg(
    col: ColumnOrName, allowDifferentLgConfigK: bool | Column | None = None
) -> Column:
    """The union of the group's HyperLogLog sketches."""
    return call("hll_union_agg", col, *given(optional(allowDifferentLgConfigK)))


def kll_sketch_agg_bigint(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """A KLL sketch of the group of bigint values."""
    return call("kll_sketch_agg_bigint", col, *given(optional(k)))


def kll_sketch_agg_double(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """A KLL sketch of the group of double values."""
    return call("kll_sketch_agg_double", col, *given(optional(k)))


def kll_sketch_agg_float(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """A KLL sketch of the group of float values."""
    return call("kll_sketch_agg_float", col, *given(optional(k)))


def kll_merge_agg_bigint(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """The group's KLL sketches merged of bigint values."""
    return call("kll_merge_agg_bigint", col, *given(optional(k)))


def kll_merge_agg_double(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """The group's KLL sketches merged of double values."""
    return call("kll_merge_agg_double", col, *given(optional(k)))


def kll_merge_agg_float(col: ColumnOrName, k: int | Column | None = None) -> Column:
    """The group's KLL sketches merged of float values."""
    return call("kll_merge_agg_float", col, *given(optional(k)))


def theta_intersection_agg(col: ColumnOrName) -> Column:
    """The intersection of the group's Theta sketches."""
    return call("theta_intersection_agg", col)


def theta_sketch_agg(col: ColumnOrName, lgNomEntries: int | Column | None = None) -> Column:
    """A Theta sketch of the group."""
    return call("theta_sketch_agg", col, *given(optional(lgNomEntries)))


def theta_union_agg(col: ColumnOrName, lgNomEntries: int | Column | None = None) -> Column:
    """The union of the group's Theta sketches."""
    return call("theta_union_agg", col, *given(optional(lgNomEntries)))


def hll_sketch_estimate(col: ColumnOrName) -> Column:
    """The estimate of a HyperLogLog sketch."""
    return call("hll_sketch_estimate", col)


def hll_union(
    col1: ColumnOrName, col2: ColumnOrName, allowDifferentLgConfigK: bool | None = None
) -> Column:
    """The union of two HyperLogLog sketches."""
    return call("hll_union", col1, col2, *given(optional(allowDifferentLgConfigK)))


def kll_sketch_get_n_bigint(col: ColumnOrName) -> Column:
    """The number of values in a KLL sketch of bigint values."""
    return call("kll_sketch_get_n_bigint", col)


def kll_sketch_get_n_double(col: ColumnOrName) -> Column:
    """The number of values in a KLL sketch of double values."""
    return call("kll_sketch_get_n_double", col)


def kll_sketch_get_n_float(col: ColumnOrName) -> Column:
    """The number of values in a KLL sketch of float values."""
    return call("kll_sketch_get_n_float", col)


def kll_sketch_get_quantile_bigint(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
    """The value at a rank in a KLL sketch of bigint values."""
    return call("kll_sketch_get_quantile_bigint", sketch, rank)


def kll_sketch_get_quantile_double(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
    """The value at a rank in a KLL sketch of double values."""
    return call("kll_sketch_get_quantile_double", sketch, rank)


def kll_sketch_get_quantile_float(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
    """The value at a rank in a KLL sketch of float values."""
    return call("kll_sketch_get_quantile_float", sketch, rank)


def kll_sketch_get_rank_bigint(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
    """The rank of a value in a KLL sketch of bigint values."""
    return call("kll_sketch_get_rank_bigint", sketch, quantile)


def kll_sketch_get_rank_double(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
    """The rank of a value in a KLL sketch of double values."""
    return call("kll_sketch_get_rank_double", sketch, quantile)


def kll_sketch_get_rank_float(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
    """The rank of a value in a KLL sketch of float values."""
    return call("kll_sketch_get_rank_float", sketch, quantile)


def kll_sketch_merge_bigint(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Two KLL sketches merged of bigint values."""
    return call("kll_sketch_merge_bigint", left, right)


def kll_sketch_merge_double(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Two KLL sketches merged of double values."""
    return call("kll_sketch_merge_double", left, right)


def kll_sketch_merge_float(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Two KLL sketches merged of float values."""
    return call("kll_sketch_merge_float", left, right)


def kll_sketch_to_string_bigint(col: ColumnOrName) -> Column:
    """A KLL sketch as text of bigint values."""
    return call("kll_sketch_to_string_bigint", col)


def kll_sketch_to_string_double(col: ColumnOrName) -> Column:
    """A KLL sketch as text of double values."""
    return call("kll_sketch_to_string_double", col)


def kll_sketch_to_string_float(col: ColumnOrName) -> Column:
    """A KLL sketch as text of float values."""
    return call("kll_sketch_to_string_float", col)


def theta_difference(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The difference of two Theta sketches."""
    return call("theta_difference", col1, col2)


def theta_intersection(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The intersection of two Theta sketches."""
    return call("theta_intersection", col1, col2)


def theta_sketch_estimate(col: ColumnOrName) -> Column:
    """The estimate of a Theta sketch."""
    return call("theta_sketch_estimate", col)


def theta_union(
    col1: ColumnOrName, col2: ColumnOrName, lgNomEntries: int | Column | None = None
) -> Column:
    """The union of two Theta sketches."""
    return call("theta_union", col1, col2, *given(optional(lgNomEntries)))
