"""From what a user passes to what the compiled core takes.

Names, columns and values become `Expr`; wrong kinds of arguments become PySpark's errors.
The helpers here know nothing of frames or sessions.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

from caudal import _native
from caudal.errors import PySparkTypeError, PySparkValueError

if TYPE_CHECKING:
    from caudal.sql.column import Column

_PLAIN_VALUES = (
    bool,
    int,
    float,
    str,
    bytes,
    bytearray,
    decimal.Decimal,
    datetime.date,
    datetime.datetime,
    datetime.time,
    datetime.timedelta,
)


def not_expected(name: str, expected: str, got: object) -> NoReturn:
    """Raises ``NOT_EXPECTED_TYPE`` for the argument `name`."""
    raise PySparkTypeError(
        errorClass="NOT_EXPECTED_TYPE",
        messageParameters={
            "expected_type": expected,
            "arg_name": name,
            "arg_type": type(got).__name__,
        },
    )


def require(value: object, types: type | tuple[type, ...], name: str, expected: str) -> None:
    """Raises ``NOT_EXPECTED_TYPE`` unless `value` is one of `types`; a bool is no int."""
    wanted = types if isinstance(types, tuple) else (types,)
    if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
        not_expected(name, expected, value)


def plain_value(value: Any) -> Any:
    """The member's value for an enum, anything else as it is."""
    return value.value if isinstance(value, Enum) else value


def literal(value: Any) -> _native.Expr:
    """A constant, or the expression of a column that is one already.

    Raises
    ------
    PySparkTypeError
        For a value that is no constant (``UNSUPPORTED_DATA_TYPE``).
    """
    from caudal.sql.column import Column

    value = plain_value(value)
    if isinstance(value, Column):
        return value._expr
    if hasattr(value, "dtype"):
        return _numpy_literal(value)
    if value is None or isinstance(value, _PLAIN_VALUES):
        return _native.Expr.literal(value)
    if isinstance(value, list):
        if any(isinstance(item, Column) for item in value):
            raise PySparkValueError(
                errorClass="COLUMN_IN_LIST", messageParameters={"func_name": "lit"}
            )
        return _native.Expr.call("array", [literal(item) for item in value])
    raise PySparkTypeError(
        errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": type(value).__name__}
    )


_NUMPY_TYPES = {
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "int64": "bigint",
    "float32": "float",
    "float64": "double",
}


def _numpy_literal(value: Any) -> _native.Expr:
    """A NumPy scalar with its own width and its text as name, or an array of them."""
    if getattr(value, "ndim", 0) > 0:
        items = [_native.Expr.literal(item) for item in value.tolist()]
        return _native.Expr.call("array", items)
    kind = str(value.dtype)
    if kind in _NUMPY_TYPES:
        typed = _native.Expr.literal(value.item()).cast(_NUMPY_TYPES[kind])
        return typed.alias(str(value))
    if kind == "bool" or kind.startswith(("datetime64", "timedelta64", "<U")):
        return _native.Expr.literal(value.item())
    raise PySparkTypeError(
        errorClass="UNSUPPORTED_NUMPY_ARRAY_SCALAR", messageParameters={"dtype": kind}
    )


def column_expr(col: Any) -> _native.Expr:
    """The expression of a column or of a column's name.

    Raises
    ------
    PySparkTypeError
        ``NOT_EXPECTED_TYPE`` for anything else.
    """
    from caudal.sql.column import Column

    if isinstance(col, Column):
        return col._expr
    if isinstance(col, str) and not isinstance(col, Enum):
        return _native.Expr.attribute(col)
    value = plain_value(col)
    if isinstance(value, str):
        return _native.Expr.attribute(value)
    not_expected("col", "Column or str", col)


def column_exprs(cols: Iterable[Any]) -> list[_native.Expr]:
    """`column_expr` of each."""
    return [column_expr(col) for col in cols]


def unpack(cols: tuple[Any, ...], kinds: tuple[type[Any], ...] = (list,)) -> tuple[Any, ...]:
    """The arguments themselves, or the items of a single list that was passed instead."""
    if len(cols) == 1 and isinstance(cols[0], kinds):
        return tuple(cols[0])
    return cols


def option_text(value: Any) -> str | None:
    """An option's value as text: ``true`` for True, None for None."""
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def option_map(options: Mapping[str, Any] | None) -> Column | None:
    """Options of a function (``from_json`` and its like) as a map of text, None for none."""
    from caudal.sql.column import Column

    if not options:
        return None
    pairs: list[_native.Expr] = []
    for key, value in options.items():
        pairs += [_native.Expr.literal(str(key)), _native.Expr.literal(option_text(value))]
    return Column(_native.Expr.call("map", pairs))
