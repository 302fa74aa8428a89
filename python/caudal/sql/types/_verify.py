"""Checks of Python values against a schema, and their form for the compiled core."""

from __future__ import annotations

import array
import datetime
import decimal
from collections.abc import Callable
from typing import Any

from caudal.errors import PySparkTypeError, PySparkValueError
from caudal.sql.types import _base, _special
from caudal.sql.types._base import CharType, DataType, NullType, StringType, VarcharType
from caudal.sql.types._nested import ArrayType, MapType, StructType
from caudal.sql.types._special import VariantType
from caudal.sql.types._udt import UserDefinedType

Check = Callable[[Any], None]

# Exact Python types: a subclass could behave in a way that the core cannot see.
_ACCEPTED: dict[type[DataType], tuple[type, ...]] = {
    _base.BooleanType: (bool,),
    _base.ByteType: (int,),
    _base.ShortType: (int,),
    _base.IntegerType: (int,),
    _base.LongType: (int,),
    _base.FloatType: (float,),
    _base.DoubleType: (float,),
    _base.DecimalType: (decimal.Decimal,),
    _base.BinaryType: (bytearray, bytes),
    _base.DateType: (datetime.date, datetime.datetime),
    _base.TimeType: (datetime.time,),
    _base.TimestampType: (datetime.datetime,),
    _base.TimestampNTZType: (datetime.datetime,),
    _special.DayTimeIntervalType: (datetime.timedelta,),
    _special.GeometryType: (_special.Geometry,),
    _special.GeographyType: (_special.Geography,),
    ArrayType: (list, tuple, array.array),
    MapType: (dict,),
}
_BITS: dict[type[DataType], int] = {
    _base.ByteType: 8,
    _base.ShortType: 16,
    _base.IntegerType: 32,
    _base.LongType: 64,
}


def _make_type_verifier(
    dataType: DataType, nullable: bool = True, name: str | None = None
) -> Check:
    """A function that raises where a value does not fit `dataType`.

    Parameters
    ----------
    dataType, nullable
        What is allowed.
    name
        How errors call the value, for example ``field a``.
    """
    check = _value_check(dataType, name)

    def verify(obj: Any) -> None:
        if obj is None or (isinstance(obj, decimal.Decimal) and obj.is_nan()):
            if not nullable:
                raise PySparkValueError(**_error("FIELD_NOT_NULLABLE", name))
            return
        check(obj)

    return verify


def _error(condition: str, name: str | None, **parameters: str) -> dict[str, Any]:
    if name is None:
        return {"errorClass": condition, "messageParameters": parameters}
    parameters["field_name"] = name
    return {"errorClass": f"{condition}_WITH_NAME", "messageParameters": parameters}


def _unacceptable(dt: DataType, name: str | None, obj: Any) -> PySparkTypeError:
    return PySparkTypeError(
        **_error(
            "FIELD_DATA_TYPE_UNACCEPTABLE",
            name,
            data_type=str(dt),
            obj=repr(obj),
            obj_type=str(type(obj)),
        )
    )


def _value_check(dt: DataType, name: str | None) -> Check:
    if isinstance(dt, (StringType, CharType, VarcharType, VariantType)):
        return lambda obj: None
    if isinstance(dt, StructType):
        return _struct_check(dt, name)
    if isinstance(dt, UserDefinedType):
        return _udt_check(dt, name)
    accepted = _ACCEPTED.get(type(dt))
    if accepted is None:
        return _unknown_check(dt, name)
    inner = _inner_check(dt, name)

    def check(obj: Any) -> None:
        if type(obj) not in accepted:
            raise _unacceptable(dt, name, obj)
        inner(obj)

    return check


def _unknown_check(dt: DataType, name: str | None) -> Check:
    def check(obj: Any) -> None:
        text = f"unknown datatype: {dt} for object {obj!r}"
        raise AssertionError(text if name is None else f"{name}: {text}")

    return check


def _inner_check(dt: DataType, name: str | None) -> Check:
    """What is to be checked beyond the Python type."""
    if isinstance(dt, ArrayType):
        element = _make_type_verifier(dt.elementType, dt.containsNull, f"element in array {name}")

        def each(obj: Any) -> None:
            for value in obj:
                element(value)

        return each
    if isinstance(dt, MapType):
        key = _make_type_verifier(dt.keyType, False, f"key of map {name}")
        item = _make_type_verifier(dt.valueType, dt.valueContainsNull, f"value of map {name}")

        def pairs(obj: Any) -> None:
            for k, v in obj.items():
                key(k)
                item(v)

        return pairs
    if type(dt) in _BITS:
        limit = 1 << (_BITS[type(dt)] - 1)
        return lambda obj: _check_range(obj, -limit, limit - 1)
    return lambda obj: None


def _check_range(obj: int, lower: int, upper: int) -> None:
    if not lower <= obj <= upper:
        raise PySparkValueError(
            errorClass="VALUE_OUT_OF_BOUNDS",
            messageParameters={
                "arg_name": "obj",
                "lower_bound": str(lower),
                "upper_bound": str(upper),
                "actual": str(obj),
            },
        )


def _udt_check(dt: UserDefinedType, name: str | None) -> Check:
    def check(obj: Any) -> None:
        if getattr(obj, "__UDT__", None) != dt:
            raise PySparkValueError(
                **_error("FIELD_TYPE_MISMATCH", name, obj=str(obj), data_type=str(dt))
            )
        _make_type_verifier(dt.sqlType(), name=name)(dt.toInternal(obj))

    return check


def _struct_check(dt: StructType, name: str | None) -> Check:
    checks = [
        (f.name, _make_type_verifier(f.dataType, f.nullable, _field_name(f.name, name)))
        for f in dt.fields
    ]

    def check(obj: Any) -> None:
        if isinstance(obj, (tuple, list)):
            if len(obj) != len(checks):
                raise PySparkValueError(
                    **_error(
                        "FIELD_STRUCT_LENGTH_MISMATCH",
                        name,
                        object_length=str(len(obj)),
                        field_length=str(len(checks)),
                    )
                )
            for value, (_, verify) in zip(obj, checks, strict=True):
                verify(value)
            return
        values = obj if isinstance(obj, dict) else getattr(obj, "__dict__", None)
        if values is None:
            raise _unacceptable(dt, name, obj)
        for field, verify in checks:
            verify(values.get(field))

    return check


def _field_name(field: str, parent: str | None) -> str:
    return f"field {field}" if parent is None else f"field {field} in {parent}"


def _make_converter(dt: DataType) -> Callable[[Any], Any] | None:
    """A function that gives a value the shape which the core expects, None where it has it:
    structs as tuples, text for every value of a text column, moments with their zone."""
    if isinstance(dt, NullType):
        return lambda obj: None
    if isinstance(dt, StringType):
        return _to_text
    if isinstance(dt, ArrayType):
        element = _make_converter(dt.elementType)
        if element is None:
            return lambda obj: None if obj is None else list(obj)
        return lambda obj: None if obj is None else [element(v) for v in obj]
    if isinstance(dt, MapType):
        key = _make_converter(dt.keyType) or _same
        value = _make_converter(dt.valueType) or _same
        return lambda obj: None if obj is None else {key(k): value(v) for k, v in obj.items()}
    if isinstance(dt, StructType):
        return _struct_converter(dt)
    if isinstance(dt, UserDefinedType):
        return _udt_converter(dt)
    if isinstance(dt, _special.SpatialType):
        return dt.toInternal
    if isinstance(dt, _base.TimestampType):
        return _with_zone
    if isinstance(dt, _base.TimestampNTZType):
        return lambda obj: obj.replace(tzinfo=None) if isinstance(obj, datetime.datetime) else obj
    if isinstance(dt, _base.BinaryType):
        return lambda obj: bytes(obj) if isinstance(obj, bytearray) else obj
    return None


def _udt_converter(dt: UserDefinedType) -> Callable[[Any], Any]:
    """What a user's value is stored as, shaped as values of that type are."""
    stored = _make_converter(dt.sqlType()) or _same
    return lambda obj: None if obj is None else stored(dt.serialize(obj))


def _with_zone(obj: Any) -> Any:
    """A moment without a zone is on the clock of this process, as in PySpark."""
    if isinstance(obj, datetime.datetime) and obj.tzinfo is None:
        return obj.astimezone()
    return obj


def _same(obj: Any) -> Any:
    return obj


def _to_text(obj: Any) -> Any:
    if obj is None or type(obj) is str:
        return obj
    return str(obj).lower() if isinstance(obj, bool) else str(obj)


def _struct_converter(dt: StructType) -> Callable[[Any], Any]:
    names = [f.name for f in dt.fields]
    parts = [_make_converter(f.dataType) or _same for f in dt.fields]

    def convert(obj: Any) -> Any:
        if obj is None:
            return None
        if isinstance(obj, (tuple, list)):
            # Not a strict zip: a row that was not verified may be longer or shorter.
            return tuple(part(v) for part, v in zip(parts, obj, strict=False))
        values = obj if isinstance(obj, dict) else getattr(obj, "__dict__", None)
        if values is None:
            raise PySparkTypeError(
                errorClass="UNSUPPORTED_DATA_TYPE",
                messageParameters={"data_type": type(obj).__name__},
            )
        return tuple(part(values.get(name)) for name, part in zip(names, parts, strict=True))

    return convert
