"""Tuple sketches: distinct keys, each with a summary.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, given, optional
from caudal.sql.functions.normal import lit

__all__ = [
    "tuple_intersection_agg_double",
    "tuple_intersection_agg_integer",
    "tuple_sketch_agg_double",
    "tuple_sketch_agg_integer",
    "tuple_union_agg_double",
    "tuple_union_agg_integer",
    "tuple_difference_double",
    "tuple_difference_integer",
    "tuple_difference_theta_double",
    "tuple_difference_theta_integer",
    "tuple_intersection_double",
    "tuple_intersection_integer",
    "tuple_intersection_theta_double",
    "tuple_intersection_theta_integer",
    "tuple_sketch_estimate_double",
    "tuple_sketch_estimate_integer",
    "tuple_sketch_summary_double",
    "tuple_sketch_summary_integer",
    "tuple_sketch_theta_double",
    "tuple_sketch_theta_integer",
    "tuple_union_double",
    "tuple_union_integer",
    "tuple_union_theta_double",
    "tuple_union_theta_integer",
]


def tuple_intersection_agg_double(col: ColumnOrName, mode: str | Column | None = None) -> Column:
    """The intersection of the group's tuple sketches of double summaries."""
    return call("tuple_intersection_agg_double", col, *given(optional(mode)))


def tuple_intersection_agg_integer(col: ColumnOrName, mode: str | Column | None = None) -> Column:
    """The intersection of the group's tuple sketches of integer summaries."""
    return call("tuple_intersection_agg_integer", col, *given(optional(mode)))


def tuple_sketch_agg_double(
    key: ColumnOrName,
    summary: ColumnOrName,
    lgNomEntries: int | Column | None = None,
    mode: str | Column | None = None,
) -> Column:
    """A tuple sketch of the group of double summaries."""
    entries = lit(12 if lgNomEntries is None else lgNomEntries)
    return call(
        "tuple_sketch_agg_double", key, summary, entries, lit("sum" if mode is None else mode)
    )


def tuple_sketch_agg_integer(
    key: ColumnOrName,
    summary: ColumnOrName,
    lgNomEntries: int | Column | None = None,
    mode: str | Column | None = None,
) -> Column:
    """A tuple sketch of the group of integer summaries."""
    entries = lit(12 if lgNomEntries is None else lgNomEntries)
    return call(
        "tuple_sketch_agg_integer", key, summary, entries, lit("sum" if mode is None else mode)
    )


def tuple_union_agg_double(
    col: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The union of the group's tuple sketches of double summaries."""
    entries = lit(12 if lgNomEntries is None else lgNomEntries)
    return call("tuple_union_agg_double", col, entries, lit("sum" if mode is None else mode))


def tuple_union_agg_integer(
    col: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
) -> Column:
    """The union of the group's tuple sketches of integer summaries."""
    entries = lit(12 if lgNomEntries is None else lgNomEntries)
    return call("tuple_union_agg_integer", col, entries, lit("sum" if mode is None else mode))


def tuple_difference_double(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The difference of two tuple sketches of double summaries."""
    return call("tuple_difference_double", col1, col2)


def tuple_difference_integer(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The difference of two tuple sketches of integer summaries."""
    return call("tuple_difference_integer", col1, col2)


def tuple_difference_theta_double(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The difference of a tuple and a Theta sketch of double summaries."""
    return call("tuple_difference_theta_double", col1, col2)


def tuple_difference_theta_integer(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The difference of a tuple and a Theta sketch of integer summaries."""
    return call("tuple_difference_theta_integer", col1, col2)


def tuple_intersection_double(
    col1: ColumnOrName, col2: ColumnOrName, mode: str | Column | None = None
) -> Column:
    """The intersection of two tuple sketches of double summaries."""
    return call("tuple_intersection_double", col1, col2, *given(optional(mode)))


def tuple_intersection_integer(
    col1: ColumnOrName, col2: ColumnOrName, mode: str | Column | None = None
) -> Column:
    """The intersection of two tuple sketches of integer summaries."""
    return call("tuple_intersection_integer", col1, col2, *given(optional(mode)))


def tuple_intersection_theta_double(
    col1: ColumnOrName, col2: ColumnOrName, mode: str | Column | None = None
) -> Column:
    """The intersection of a tuple and a Theta sketch of double summaries."""
    return call("tuple_intersection_theta_double", col1, col2, *given(optional(mode)))


def tuple_intersection_theta_integer(
    col1: ColumnOrName, col2: ColumnOrName, mode: str | Column | None = None
) -> Column:
    """The intersection of a tuple and a Theta sketch of integer summaries."""
    return call("tuple_intersection_theta_integer", col1, col2, *given(optional(mode)))


def tuple_sketch_estimate_double(col: ColumnOrName) -> Column:
    """The estimate of a tuple sketch of double summaries."""
    return call("tuple_sketch_estimate_double", col)


def tuple_sketch_estimate_integer(col: ColumnOrName) -> Column:
    """The estimate of a tuple sketch of integer summaries."""
    return call("tuple_sketch_estimate_integer", col)


def tuple_sketch_summary_double(col: ColumnOrName, mode: str | Column | None = None) -> Column:
    """The summary of a tuple sketch of double summaries."""
    return call("tuple_sketch_summary_double", col, *given(optional(mode)))


def tuple_sketch_summary_integer(col: ColumnOrName, mode: str | Column | None = None) -> Column:
    """The summary of a tuple sketch of integer summaries."""
    return call("tuple_sketch_summary_integer", col, *given(optional(mode)))


def tuple_sketch_theta_double(col: ColumnOrName) -> Column:
    """The theta of a tuple sketch of double summaries."""
    return call("tuple_sketch_theta_double", col)


def tuple_sketch_theta_integer(col: ColumnOrName) -> Column:
    """The theta of a tuple sketch of integer summaries."""
    return call("tuple_sketch_theta_integer", col)


def tuple_union_double(
    col1: ColumnOrName,
    col2: ColumnOrName,
    lgNomEntries: int | Column | None = None,
    mode: str | Column | None = None,
) -> Column:
    """The union of two tuple sketches of double summaries."""
    entries = lit(12 if lgNomEntries is None else lgNomEntries)
    return call("tuple_union_double", col1, col2, entries, lit("sum" if mode is None else mode))


def tuple_union_integer(
    col1: ColumnOrName,
    col2: ColumnOrName,
    lgNomEntries: int | Column | None = None,
    mode: str | Column | None = None,
) -> Column:
    """The union of two tuple sketches of integer summaries."""
    entries = lit(12 if lgNomEntries is None else lgNomEntries)
    return call("tuple_union_integer", col1, col2, entries, lit("sum" if mode is None else mode))


def tuple_union_theta_double(
    col1: ColumnOrName,
    col2: ColumnOrName,
    lgNomEntries: int | Column | None = None,
    mode: str | Column | None = None,
) -> Column:
    """The union of a tuple and a Theta sketch of double summaries."""
    entries = lit(12 if lgNomEntries is None else lgNomEntries)
    return call(
        "tuple_union_theta_double", col1, col2, entries, lit("sum" if mode is None else mode)
    )


def tuple_union_theta_integer(
    col1: ColumnOrName,
    col2: ColumnOrName,
    lgNomEntries: int | Column | None = None,
    mode: str | Column | None = None,
) -> Column:
    """The union of a tuple and a Theta sketch of integer summaries."""
    entries = lit(12 if lgNomEntries is None else lgNomEntries)
    return call(
        "tuple_union_theta_integer", col1, col2, entries, lit("sum" if mode is None else mode)
    )
