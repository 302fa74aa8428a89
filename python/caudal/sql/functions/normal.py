"""Columns by name, constants, and expressions from text: where every other column begins."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.sql._convert import literal, require
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

__all__ = ["broadcast", "call_function", "call_udf", "col", "column", "expr", "lit"]


def col(col: str) -> Column:
    """The column of a name: ``a``, ``a.b``, ``*`` or, in backquotes, any other name.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.col("window.end")
    Column<'window.end'>
    """
    require(col, str, "col", "str")
    return Column(_native.Expr.attribute(col))


column = col


def lit(col: Any) -> Column:
    """A constant; a column stays what it is, a list becomes an array.

    Parameters
    ----------
    col
        None, bool, int, float, str, bytes, Decimal, date, datetime, time, timedelta, a NumPy
        scalar or array, or a list of these.

    Raises
    ------
    PySparkTypeError
        For any other value (``UNSUPPORTED_DATA_TYPE``).
    PySparkValueError
        For a list with a column in it (``COLUMN_IN_LIST``).

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.lit(1), F.lit("x"), F.lit([1, 2])
    (Column<'1'>, Column<''x''>, Column<'array(1, 2)'>)
    """
    return col if isinstance(col, Column) else Column(literal(col))


def expr(str: str) -> Column:
    """An expression in SQL.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.expr("count(*)")
    Column<'count(*)'>
    """
    require(str, builtins.str, "str", "str")
    return Column(_native.Expr.parse(str))


def call_function(funcName: str, *cols: ColumnOrName) -> Column:
    """The call of a function by name, for functions that have no name here."""
    require(funcName, str, "funcName", "str")
    return call(funcName, *cols)


def call_udf(udfName: str, *cols: ColumnOrName) -> Column:
    """The call of a registered function by name."""
    require(udfName, str, "udfName", "str")
    return call(udfName, *cols)


def broadcast(df: DataFrame) -> DataFrame:
    """`df` itself: in one process there is nothing to send, so the hint has no effect."""
    from caudal.sql.dataframe import DataFrame

    require(df, DataFrame, "df", "DataFrame")
    return df
