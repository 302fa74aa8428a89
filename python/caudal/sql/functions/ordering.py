"""Orders of columns by name.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql._convert import column_expr
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName

__all__ = [
    "asc",
    "asc_nulls_first",
    "asc_nulls_last",
    "desc",
    "desc_nulls_first",
    "desc_nulls_last",
]


def asc(col: ColumnOrName) -> Column:
    """Ascending, nulls first."""
    return Column(column_expr(col)).asc()


def asc_nulls_first(col: ColumnOrName) -> Column:
    """Ascending, nulls first."""
    return Column(column_expr(col)).asc_nulls_first()


def asc_nulls_last(col: ColumnOrName) -> Column:
    """Ascending, nulls last."""
    return Column(column_expr(col)).asc_nulls_last()


def desc(col: ColumnOrName) -> Column:
    """Descending, nulls last."""
    return Column(column_expr(col)).desc()


def desc_nulls_first(col: ColumnOrName) -> Column:
    """Descending, nulls first."""
    return Column(column_expr(col)).desc_nulls_first()


def desc_nulls_last(col: ColumnOrName) -> Column:
    """Descending, nulls last."""
    return Column(column_expr(col)).desc_nulls_last()
