"""Choices between values, and tests of them.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from typing import Any

from caudal.sql._convert import literal, require
from caudal.sql.column import Column, _Case
from caudal.sql.functions._call import ColumnOrName, call, given

__all__ = [
    "coalesce",
    "ifnull",
    "nanvl",
    "nullif",
    "nullifzero",
    "nvl",
    "nvl2",
    "when",
    "zeroifnull",
    "equal_null",
    "ilike",
    "isnan",
    "isnotnull",
    "isnull",
    "like",
    "regexp",
    "regexp_like",
    "rlike",
]


def coalesce(*cols: ColumnOrName) -> Column:
    """The first value that is not null."""
    return call("coalesce", *cols)


def ifnull(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first value, or the second where the first is null."""
    return call("ifnull", col1, col2)


def nanvl(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first number, or the second where the first is NaN."""
    return call("nanvl", col1, col2)


def nullif(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Null where both values are equal, else the first."""
    return call("nullif", col1, col2)


def nullifzero(col: ColumnOrName) -> Column:
    """Null where the number is 0."""
    return call("nullifzero", col)


def nvl(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The first value, or the second where the first is null."""
    return call("nvl", col1, col2)


def nvl2(col1: ColumnOrName, col2: ColumnOrName, col3: ColumnOrName) -> Column:
    """The second value where the first is not null, else the third."""
    return call("nvl2", col1, col2, col3)


def when(condition: Column, value: Any) -> Column:
    """The first branch of a chain of choices; see `Column.when` and `Column.otherwise`.

    Parameters
    ----------
    condition
        A column of true and false.
    value
        What the branch gives: a value or a column.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.when(F.col("a") > 1, "big").otherwise("small")
    Column<'CASE WHEN >(a, 1) THEN 'big' ELSE 'small' END'>
    """
    require(condition, Column, "condition", "Column")
    return _Case([(condition._expr, literal(value))]).column()


def zeroifnull(col: ColumnOrName) -> Column:
    """0 where the number is null."""
    return call("zeroifnull", col)


def equal_null(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """Equal, where two nulls are equal."""
    return call("equal_null", col1, col2)


def ilike(str: ColumnOrName, pattern: ColumnOrName, escapeChar: Column | None = None) -> Column:
    """Whether text has the form of a SQL pattern, without regard to case."""
    return call("ilike", str, pattern, *given(escapeChar))


def isnan(col: ColumnOrName) -> Column:
    """Whether the number is NaN."""
    return call("isNaN", col)


def isnotnull(col: ColumnOrName) -> Column:
    """Whether the value is not null."""
    return call("isnotnull", col)


def isnull(col: ColumnOrName) -> Column:
    """Whether the value is null."""
    return call("isNull", col)


def like(str: ColumnOrName, pattern: ColumnOrName, escapeChar: Column | None = None) -> Column:
    """Whether text has the form of a SQL pattern."""
    return call("like", str, pattern, *given(escapeChar))


def regexp(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a regular expression is found in the text."""
    return call("regexp", str, regexp)


def regexp_like(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a regular expression is found in the text."""
    return call("regexp_like", str, regexp)


def rlike(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a regular expression is found in the text."""
    return call("rlike", str, regexp)
