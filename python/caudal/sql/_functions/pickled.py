"""Results of a `udf` without Arrow: a value of another type is null, where Spark does not
take it for one of the declared type.
"""

from __future__ import annotations

import array
import datetime
import decimal
from collections.abc import Callable
from typing import Any

from caudal.errors import PySparkRuntimeError
from caudal.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
)

Take = Callable[[Any], Any]

_BITS: dict[type[DataType], int] = {ByteType: 8, ShortType: 16, IntegerType: 32, LongType: 64}


def taker(kind: DataType) -> Take:
    """What Spark makes of a value."""
    take = _of_values(kind)
    return lambda value: None if value is None else take(value)


def _of_values(kind: DataType) -> Take:
    bits = _BITS.get(type(kind))
    if bits is not None:
        return lambda value: _whole(value, bits)
    if isinstance(kind, (FloatType, DoubleType)):
        return lambda value: value if isinstance(value, float) else None
    if isinstance(kind, ArrayType):
        return _arrays(taker(kind.elementType))
    if isinstance(kind, MapType):
        return _maps(taker(kind.keyType), taker(kind.valueType))
    if isinstance(kind, StructType):
        return _structs(kind)
    if isinstance(kind, UserDefinedType):
        stored = taker(kind.sqlType())
        return lambda value: stored(kind.serialize(value))
    if isinstance(kind, DecimalType):
        return lambda value: value if isinstance(value, decimal.Decimal) else None
    for known, take in _PLAIN.items():
        if isinstance(kind, known):
            return take
    return lambda value: None


def _whole(value: Any, bits: int) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        return None
    half = 1 << (bits - 1)
    return (int(value) + half) % (2 * half) - half


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return _sound(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        items = (f"{_shown(k)}={_shown(v)}" for k, v in value.items())
        return "{" + ", ".join(items) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_shown(item) for item in value) + "]"
    if isinstance(value, float):
        return _java_double(value)
    return str(value)


def _sound(text: str) -> str:
    """The text; half a letter of two is none and becomes the letter for what cannot be read."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _shown(value: Any) -> str:
    return "null" if value is None else _text(value)


def _java_double(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    digits, _, exponent = f"{decimal.Decimal(repr(value)):E}".partition("E")
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def _bytes(value: Any) -> bytes | None:
    if isinstance(value, str):
        return value.encode()
    return bytes(value) if isinstance(value, (bytes, bytearray)) else None


def _date(value: Any) -> datetime.date:
    return datetime.date.fromordinal(value.toordinal())


def _moment(value: Any) -> Any:
    # What has no zone to ask for fails, as in Spark.
    _ = value.tzinfo
    return value


def _duration(value: Any) -> Any:
    return value if isinstance(value, datetime.timedelta) else None


_PLAIN: dict[type[DataType], Take] = {
    BooleanType: _boolean,
    StringType: _text,
    BinaryType: _bytes,
    DateType: _date,
    TimestampType: _moment,
    TimestampNTZType: _moment,
    DayTimeIntervalType: _duration,
    NullType: lambda value: None,
}


def _arrays(element: Take) -> Take:
    def take(value: Any) -> Any:
        if isinstance(value, (list, tuple, array.array)):
            return [element(item) for item in value]
        return None

    return take


def _maps(key: Take, value: Take) -> Take:
    def take(entries: Any) -> Any:
        if not isinstance(entries, dict):
            return None
        return {key(k): value(v) for k, v in entries.items()}

    return take


def _structs(kind: StructType) -> Take:
    fields = [(field.name, taker(field.dataType)) for field in kind.fields]

    def take(value: Any) -> Any:
        if isinstance(value, dict):
            return tuple(field(value.get(name)) for name, field in fields)
        if not isinstance(value, (tuple, list)):
            if not hasattr(value, "__dict__"):
                return None
            own = value.__dict__
            return tuple(field(own.get(name)) for name, field in fields)
        if len(value) != len(fields):
            raise PySparkRuntimeError(
                f"Input row doesn't have expected number of values required by the schema. "
                f"{len(fields)} fields are required while {len(value)} values are provided."
            )
        return tuple(field(item) for (_, field), item in zip(fields, value, strict=True))

    return take
