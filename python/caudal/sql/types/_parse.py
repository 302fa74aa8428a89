"""Types from JSON and from DDL text.

DDL is read by the compiled core, which knows the whole grammar; JSON is read here.
"""

from __future__ import annotations

import json
import re
from typing import Any

from caudal.errors import PySparkTypeError, PySparkValueError
from caudal.sql.types import _base, _special
from caudal.sql.types._base import (
    CharType,
    DataType,
    DecimalType,
    StringType,
    TimeType,
    VarcharType,
)
from caudal.sql.types._nested import ArrayType, MapType, StructType
from caudal.sql.types._special import (
    DayTimeIntervalType,
    GeographyType,
    GeometryType,
    YearMonthIntervalType,
)
from caudal.sql.types._udt import UserDefinedType

_SIMPLE: dict[str, type[DataType]] = {
    cls.typeName(): cls
    for cls in (
        _base.NullType,
        _base.StringType,
        _base.BinaryType,
        _base.BooleanType,
        _base.DateType,
        _base.TimestampType,
        _base.TimestampNTZType,
        _base.DoubleType,
        _base.FloatType,
        _base.ByteType,
        _base.ShortType,
        _base.IntegerType,
        _base.LongType,
        _base.DecimalType,
        _base.TimeType,
        _special.CalendarIntervalType,
        _special.VariantType,
    )
}
_NESTED: dict[str, Any] = {"array": ArrayType, "map": MapType}


def _decimal(m: re.Match[str]) -> DataType:
    return DecimalType(int(m[1]), int(m[2]))


def _day_time(m: re.Match[str]) -> DataType:
    number = {name: n for n, name in DayTimeIntervalType._fields.items()}
    return DayTimeIntervalType(number[m[1]], number[m[2] or m[1]])


def _year_month(m: re.Match[str]) -> DataType:
    number = {name: n for n, name in YearMonthIntervalType._fields.items()}
    return YearMonthIntervalType(number[m[1]], number[m[2] or m[1]])


_WITH_PARAMETERS = [
    (re.compile(r"decimal\(\s*(\d+)\s*,\s*(-?\d+)\s*\)"), _decimal),
    (re.compile(r"time\(\s*(\d+)\s*\)"), lambda m: TimeType(int(m[1]))),
    (re.compile(r"interval (day|hour|minute|second)(?: to (day|hour|minute|second))?"), _day_time),
    (re.compile(r"interval (year|month)(?: to (year|month))?"), _year_month),
    (re.compile(r"string\s+collate\s+(\w+)"), lambda m: StringType(m[1])),
    (re.compile(r"char\(\s*(\d+)\s*\)"), lambda m: CharType(int(m[1]))),
    (re.compile(r"varchar\(\s*(\d+)\s*\)"), lambda m: VarcharType(int(m[1]))),
    (
        re.compile(r"geometry(?:\(\s*(\w+:-?\w+)\s*\))?"),
        lambda m: GeometryType(GeometryType._srid_of(m[1] or GeometryType.DEFAULT_CRS)),
    ),
    (
        re.compile(r"geography(?:\(\s*(\w+:-?\w+)\s*(?:,\s*SPHERICAL\s*)?\))?"),
        lambda m: GeographyType(GeographyType._srid_of(m[1] or GeographyType.DEFAULT_CRS)),
    ),
]


def _parse_datatype_json_string(json_string: str) -> DataType:
    """The type of a JSON text as :meth:`DataType.json` writes it.

    Raises
    ------
    PySparkValueError
        For a name that is no type (``CANNOT_PARSE_DATATYPE``).

    Examples
    --------
    >>> _parse_datatype_json_string('"decimal(10,2)"')
    DecimalType(10,2)
    """
    return _parse_datatype_json_value(json.loads(json_string))


def _parse_datatype_json_value(
    json_value: dict[str, Any] | str,
    fieldPath: str = "",
    collationsMap: dict[str, str] | None = None,
) -> DataType:
    """The type of a value as :meth:`DataType.jsonValue` gives it."""
    if isinstance(json_value, dict):
        return _from_dict(json_value, fieldPath, collationsMap)
    collation = (collationsMap or {}).get(fieldPath)
    if collation is not None:
        if json_value != "string":
            raise PySparkTypeError(
                errorClass="INVALID_JSON_DATA_TYPE_FOR_COLLATIONS",
                messageParameters={"jsonType": json_value},
            )
        return StringType(collation)
    if json_value in _SIMPLE:
        return _SIMPLE[json_value]()
    for pattern, make in _WITH_PARAMETERS:
        found = pattern.fullmatch(json_value)
        if found:
            return make(found)
    raise PySparkValueError(
        errorClass="CANNOT_PARSE_DATATYPE", messageParameters={"msg": str(json_value)}
    )


def _from_dict(value: dict[str, Any], path: str, collations: dict[str, str] | None) -> DataType:
    kind = value["type"]
    if kind in _NESTED:
        nested: DataType = _NESTED[kind].fromJson(value, path, collations)
        return nested
    if kind == "struct":
        return StructType.fromJson(value)
    if kind == "udt":
        return UserDefinedType.fromJson(value)
    raise PySparkValueError(
        errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": str(kind)}
    )


def _parse_datatype_string(s: str) -> DataType:
    """The type of a DDL text: one type, or a list of fields, which gives a struct.

    Raises
    ------
    ParseException
        For text that is no type.
    """
    from caudal import _native

    return _parse_datatype_json_string(_native.parse_ddl(s))
