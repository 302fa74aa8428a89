"""Aggregates of a group.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql.column import Column
from caudal.sql.functions._call import (
    ColumnOrName,
    call,
    call_distinct,
    constant,
    deprecated,
    given,
    number,
    optional,
)

__all__ = [
    "any_value",
    "approx_count_distinct",
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bit_xor",
    "bool_and",
    "bool_or",
    "collect_list",
    "collect_set",
    "collect_union",
    "count",
    "count_distinct",
    "count_if",
    "every",
    "first",
    "first_value",
    "grouping",
    "grouping_id",
    "last",
    "last_value",
    "listagg",
    "listagg_distinct",
    "max",
    "max_by",
    "mean",
    "min",
    "min_by",
    "some",
    "string_agg",
    "string_agg_distinct",
    "sum",
    "sum_distinct",
    "try_avg",
    "try_sum",
]


def any_value(col: ColumnOrName, ignoreNulls: bool | Column | None = None) -> Column:
    """Some value of the group."""
    return call("any_value", col, *given(number(ignoreNulls)))


def approx_count_distinct(col: ColumnOrName, rsd: float | None = None) -> Column:
    """About how many distinct values there are, to a relative error `rsd`."""
    return call("approx_count_distinct", col, *given(optional(rsd)))


def array_agg(col: ColumnOrName) -> Column:
    """All values as an array."""
    return call("array_agg", col)


def avg(col: ColumnOrName) -> Column:
    """The mean."""
    return call("avg", col)


def bit_and(col: ColumnOrName) -> Column:
    """The bits that all numbers have."""
    return call("bit_and", col)


def bit_or(col: ColumnOrName) -> Column:
    """The bits that some number has."""
    return call("bit_or", col)


def bit_xor(col: ColumnOrName) -> Column:
    """The bits that an odd count of numbers has."""
    return call("bit_xor", col)


def bool_and(col: ColumnOrName) -> Column:
    """Whether all values are true."""
    return call("bool_and", col)


def bool_or(col: ColumnOrName) -> Column:
    """Whether a value is true."""
    return call("bool_or", col)


def collect_list(col: ColumnOrName) -> Column:
    """All values as an array."""
    return call("collect_list", col)


def collect_set(col: ColumnOrName) -> Column:
    """All distinct values as an array."""
    return call("collect_set", col)


def collect_union(col: ColumnOrName) -> Column:
    """The distinct values of all arrays as an array."""
    return call("collect_union", col)


def count(col: ColumnOrName) -> Column:
    """The number of rows (``"*"``), or of values that are not null.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.count("*")
    Column<'count(*)'>
    """
    return call("count", col)


def count_distinct(col: ColumnOrName, *cols: ColumnOrName) -> Column:
    """How many distinct combinations of values there are, nulls left out.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.count_distinct("a", "b")
    Column<'count(a, b)'>
    """
    return call_distinct("count", col, *cols)


def count_if(col: ColumnOrName) -> Column:
    """How many values are true."""
    return call("count_if", col)


def every(col: ColumnOrName) -> Column:
    """Whether all values are true."""
    return call("every", col)


def first(col: ColumnOrName, ignorenulls: bool = False) -> Column:
    """The first value of the group."""
    return call("first", col, constant(ignorenulls))


def first_value(col: ColumnOrName, ignoreNulls: bool | Column | None = None) -> Column:
    """The first value of the group."""
    return call("first_value", col, *given(number(ignoreNulls)))


def grouping(col: ColumnOrName) -> Column:
    """1 where a column is summed over in ``cube`` or ``rollup``, else 0."""
    return call("grouping", col)


def grouping_id(*cols: ColumnOrName) -> Column:
    """The number of the grouping set in ``cube`` or ``rollup``."""
    return call("grouping_id", *cols)


def last(col: ColumnOrName, ignorenulls: bool = False) -> Column:
    """The last value of the group."""
    return call("last", col, constant(ignorenulls))


def last_value(col: ColumnOrName, ignoreNulls: bool | Column | None = None) -> Column:
    """The last value of the group."""
    return call("last_value", col, *given(number(ignoreNulls)))


def listagg(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """All texts joined by a delimiter."""
    return call("listagg", col, *given(optional(delimiter)))


def listagg_distinct(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """All distinct texts joined by a delimiter."""
    return call_distinct("listagg", col, *given(optional(delimiter)))


def max(col: ColumnOrName) -> Column:
    """The greatest value."""
    return call("max", col)


def max_by(col: ColumnOrName, ord: ColumnOrName, k: int | None = None) -> Column:
    """The value of the row where `ord` is greatest."""
    return call("max_by", col, ord, *given(optional(k)))


def mean(col: ColumnOrName) -> Column:
    """The mean."""
    return call("avg", col)


def min(col: ColumnOrName) -> Column:
    """The least value."""
    return call("min", col)


def min_by(col: ColumnOrName, ord: ColumnOrName, k: int | None = None) -> Column:
    """The value of the row where `ord` is least."""
    return call("min_by", col, ord, *given(optional(k)))


def some(col: ColumnOrName) -> Column:
    """Whether a value is true."""
    return call("some", col)


def string_agg(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """All texts joined by a delimiter."""
    return call("string_agg", col, *given(optional(delimiter)))


def string_agg_distinct(col: ColumnOrName, delimiter: Column | str | bytes | None = None) -> Column:
    """All distinct texts joined by a delimiter."""
    return call_distinct("string_agg", col, *given(optional(delimiter)))


def sum(col: ColumnOrName) -> Column:
    """The sum."""
    return call("sum", col)


def sum_distinct(col: ColumnOrName) -> Column:
    """The sum of the distinct values."""
    return call_distinct("sum", col)


def try_avg(col: ColumnOrName) -> Column:
    """The mean, null on overflow."""
    return call("try_avg", col)


def try_sum(col: ColumnOrName) -> Column:
    """The sum, null on overflow."""
    return call("try_sum", col)


def approxCountDistinct(col: ColumnOrName, rsd: float | None = None) -> Column:
    """Older name of :func:`approx_count_distinct`."""
    deprecated("2.1", "approx_count_distinct")
    return approx_count_distinct(col, rsd)


def countDistinct(col: ColumnOrName, *cols: ColumnOrName) -> Column:
    """The same as :func:`count_distinct`."""
    return count_distinct(col, *cols)


def sumDistinct(col: ColumnOrName) -> Column:
    """Older name of :func:`sum_distinct`."""
    deprecated("3.2", "sum_distinct")
    return sum_distinct(col)
