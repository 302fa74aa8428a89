"""How a function of this package becomes a call in the compiled core.

The families use nothing else: `call` for the call, the others to say how one argument is
meant (a column by name, a constant, a number that may also be a column).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, TypeAlias

from caudal import _native
from caudal.errors import PySparkValueError
from caudal.sql._convert import column_expr, column_exprs, literal, not_expected, plain_value
from caudal.sql.column import Column
from caudal.sql.types import DataType

ColumnOrName: TypeAlias = Column | str


def call(function: str, *args: Any) -> Column:
    """The call of a function with columns or names of columns as arguments."""
    return Column(_native.Expr.call(function, column_exprs(args)))


def call_distinct(function: str, *args: Any) -> Column:
    """The call of an aggregate over distinct values."""
    return Column(_native.Expr.call(function, column_exprs(args), True))


def constant(arg: Any) -> Any:
    """A constant, None for null, or a column."""
    return Column(literal(arg))


def optional(arg: Any) -> Any:
    """A constant or a column; None stays None, for `given`."""
    return None if arg is None else constant(arg)


def number(arg: Any) -> Any:
    """A constant for a whole number or a bool; anything else is a column or its name."""
    arg = plain_value(arg)
    return constant(arg) if isinstance(arg, int) else arg


def real(arg: Any) -> Any:
    """A constant for a number; anything else is a column or its name."""
    return constant(arg) if isinstance(arg, float) else number(arg)


def given(*args: Any) -> Iterable[Any]:
    """The arguments that were given."""
    return (arg for arg in args if arg is not None)


def or_literal(arg: Any, default: Any) -> Any:
    """The argument, or a constant in its place."""
    return Column(literal(default)) if arg is None else arg


def schema_text(schema: Any, kinds: str = "DataType, Column or str") -> Column:
    """A schema as a constant of text, or the column that holds it; `kinds` for the error."""
    if isinstance(schema, DataType):
        return Column(literal(schema.json()))
    if not isinstance(schema, (str, Column)):
        not_expected("schema", kinds, schema)
    return Column(literal(schema))


def shares(percentage: Any) -> Any:
    """A share, or several as a list."""
    return list(percentage) if isinstance(percentage, (list, tuple)) else percentage


def place(name: str, arg: Any) -> Column:
    """A position: a number, a column or its name."""
    if isinstance(arg, bool) or not isinstance(arg, (int, str, Column)):
        not_expected(name, "Column, int or str", arg)
    return Column(column_expr(number(arg)))


def duration(name: str, arg: Any) -> None:
    """Raises ``NOT_EXPECTED_TYPE`` for a duration that is not text."""
    if not arg or not isinstance(arg, str):
        not_expected(name, "str", arg)


def timestamp_parts(fields: tuple[Any, ...], date_and_time: tuple[Any, Any]) -> tuple[Any, ...]:
    """The arguments of ``make_timestamp``: year to second, or a date and a time.

    Raises
    ------
    PySparkValueError
        For parts of both forms (``CANNOT_SET_TOGETHER``).
    PySparkTypeError
        For a part that is missing (``NOT_EXPECTED_TYPE``).
    """
    is_of_fields = fields[0] is not None
    parts, others = (fields, date_and_time) if is_of_fields else (date_and_time, fields)
    if any(part is not None for part in others):
        raise PySparkValueError(
            errorClass="CANNOT_SET_TOGETHER",
            messageParameters={"arg_list": "years|months|days|hours|mins|secs and date|time"},
        )
    for part in parts:
        if not isinstance(part, (str, Column)):
            not_expected("arg", "Column or str", part)
    return parts


def deprecated(since: str, instead: str) -> None:
    """Warns of an older name."""
    warnings.warn(f"Deprecated in {since}, use {instead} instead.", FutureWarning, stacklevel=3)
