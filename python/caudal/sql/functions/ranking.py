"""Window functions, and generators that make several rows of one.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from typing import Any

from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, given
from caudal.sql.functions.normal import lit

__all__ = [
    "counter_diff",
    "cume_dist",
    "dense_rank",
    "lag",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
    "explode",
    "explode_outer",
    "inline",
    "inline_outer",
    "posexplode",
    "posexplode_outer",
    "stack",
]


def counter_diff(value: ColumnOrName, startTime: ColumnOrName | None = None) -> Column:
    """The increase of a counter from row to row, resets taken into account."""
    return call("counter_diff", value, *given(startTime))


def cume_dist() -> Column:
    """The share of rows up to this one in the window."""
    return call("cume_dist")


def dense_rank() -> Column:
    """The rank in the window, without gaps."""
    return call("dense_rank")


def lag(col: ColumnOrName, offset: int = 1, default: Any | None = None) -> Column:
    """The value `offset` rows earlier in the window."""
    return call("lag", col, constant(offset), lit(default), lit(False))


def lead(col: ColumnOrName, offset: int = 1, default: Any | None = None) -> Column:
    """The value `offset` rows later in the window."""
    return call("lead", col, constant(offset), lit(default), lit(False))


def nth_value(col: ColumnOrName, offset: int, ignoreNulls: bool | None = False) -> Column:
    """The value of the `offset`-th row of the frame."""
    return call("nth_value", col, constant(offset), lit(bool(ignoreNulls)))


def ntile(n: int) -> Column:
    """The number of the one of `n` groups into which the row falls."""
    return call("ntile", lit(int(n)))


def percent_rank() -> Column:
    """The rank in the window as a share."""
    return call("percent_rank")


def rank() -> Column:
    """The rank in the window, with gaps."""
    return call("rank")


def row_number() -> Column:
    """The number of the row in the window, from 1."""
    return call("row_number")


def explode(col: ColumnOrName) -> Column:
    """A row for each element or entry."""
    return call("explode", col)


def explode_outer(col: ColumnOrName) -> Column:
    """A row for each element or entry, one with null where there is none."""
    return call("explode_outer", col)


def inline(col: ColumnOrName) -> Column:
    """A row for each struct of an array."""
    return call("inline", col)


def inline_outer(col: ColumnOrName) -> Column:
    """A row for each struct of an array, one with nulls where there is none."""
    return call("inline_outer", col)


def posexplode(col: ColumnOrName) -> Column:
    """A row for each element or entry with its position."""
    return call("posexplode", col)


def posexplode_outer(col: ColumnOrName) -> Column:
    """A row for each element or entry with its position, one with nulls where there is none."""
    return call("posexplode_outer", col)


def stack(*cols: ColumnOrName) -> Column:
    """The values in `n` rows."""
    return call("stack", *cols)
