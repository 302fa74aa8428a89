"""Python values as Arrow, where they are not of the declared type already: some become it,
others are refused in PyArrow's words, as in Spark.
"""

from __future__ import annotations

import array
import datetime
import decimal
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from caudal.errors import PySparkValueError
from caudal.sql._arrow_types import arrow_type
from caudal.sql._functions.settings import Settings
from caudal.sql.types import (
    ArrayType,
    BinaryType,
    DataType,
    DecimalType,
    MapType,
    NullType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
)

if TYPE_CHECKING:
    import pyarrow

Convert = Callable[[Any], Any]


def array_of(values: list[Any], kind: DataType, settings: Settings) -> pyarrow.Array:
    """The values as an array of the type."""
    import pyarrow

    convert = converter(kind, True, settings.ints_to_decimals)
    converted = values if convert is None else [convert(value) for value in values]
    wanted = arrow_type(kind)
    try:
        return pyarrow.array(converted, type=wanted)
    except pyarrow.ArrowInvalid:
        return pyarrow.array(converted).cast(wanted, safe=settings.is_safe)


def converter(kind: DataType, nullable: bool, ints_to_decimals: bool) -> Convert | None:
    """What PyArrow takes in place of a value; None where it takes the value itself."""
    found = _of_values(kind, ints_to_decimals)
    if found is None and nullable:
        return None

    def convert(value: Any) -> Any:
        if value is not None:
            return value if found is None else found(value)
        if not nullable:
            raise PySparkValueError(f"input for {kind} must not be None")
        return None

    return convert


def _of_values(kind: DataType, ints_to_decimals: bool) -> Convert | None:
    if isinstance(kind, NullType):
        return _nothing
    if isinstance(kind, StringType):
        return _text
    if isinstance(kind, BinaryType):
        return _bytes
    if isinstance(kind, TimestampType):
        return _instant
    if isinstance(kind, TimestampNTZType):
        return _wall_clock
    if isinstance(kind, DecimalType):
        return _decimals(kind, ints_to_decimals)
    if isinstance(kind, ArrayType):
        return _lists(converter(kind.elementType, kind.containsNull, ints_to_decimals))
    if isinstance(kind, MapType):
        return _maps(
            converter(kind.keyType, False, ints_to_decimals),
            converter(kind.valueType, kind.valueContainsNull, ints_to_decimals),
        )
    if isinstance(kind, StructType):
        return _structs(kind, ints_to_decimals)
    if isinstance(kind, UserDefinedType):
        stored = _of_values(kind.sqlType(), ints_to_decimals) or _itself
        return lambda value: stored(kind.serialize(value))
    return None


def _itself(value: Any) -> Any:
    return value


def _nothing(value: Any) -> Any:
    raise PySparkValueError(f"input for {NullType()} must be None, but got {value}")


def _text(value: Any) -> str:
    if value is True or value is False:
        return "true" if value else "false"
    return str(value)


def _bytes(value: Any) -> bytes:
    assert isinstance(value, (bytes, bytearray))
    return bytes(value)


def _instant(value: Any) -> datetime.datetime:
    assert isinstance(value, datetime.datetime)
    return value.astimezone(datetime.timezone.utc)


def _wall_clock(value: Any) -> datetime.datetime:
    assert isinstance(value, datetime.datetime)
    assert value.tzinfo is None
    return value


def _decimals(kind: DecimalType, ints_too: bool) -> Convert:
    unit = decimal.Decimal(1).scaleb(-kind.scale)
    context = decimal.Context(prec=kind.precision, rounding=decimal.ROUND_HALF_EVEN)

    def convert(value: Any) -> Any:
        if ints_too and isinstance(value, int):
            value = decimal.Decimal(value)
        assert isinstance(value, decimal.Decimal)
        return None if value.is_nan() else value.quantize(unit, context=context)

    return convert


def _lists(element: Convert | None) -> Convert:
    def convert(value: Any) -> Any:
        assert isinstance(value, (list, array.array))
        return list(value) if element is None else [element(item) for item in value]

    return convert


def _maps(key: Convert | None, value: Convert | None) -> Convert:
    key, value = key or _itself, value or _itself

    def convert(entries: Any) -> Any:
        assert isinstance(entries, dict)
        return [(key(k), value(v)) for k, v in entries.items()]

    return convert


def _structs(kind: StructType, ints_to_decimals: bool) -> Convert:
    fields = [
        (f.name, converter(f.dataType, f.nullable, ints_to_decimals) or _itself)
        for f in kind.fields
    ]

    def convert(value: Any) -> Any:
        if isinstance(value, tuple):
            if len(value) != len(fields):
                raise PySparkValueError(
                    errorClass="AXIS_LENGTH_MISMATCH",
                    messageParameters={
                        "expected_length": str(len(fields)),
                        "actual_length": str(len(value)),
                    },
                )
            items = zip(fields, value, strict=True)
            return {name: field(item) for (name, field), item in items}
        if not isinstance(value, dict):
            assert hasattr(value, "__dict__"), f"{type(value)} {value}"
            value = value.__dict__
        return {name: field(value.get(name)) for name, field in fields}

    return convert
