"""Types of Python values, for ``createDataFrame`` without a schema."""

from __future__ import annotations

import array
import datetime
import decimal
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, NamedTuple

from caudal.errors import PySparkTypeError
from caudal.sql.types import _base
from caudal.sql.types._base import (
    AtomicType,
    DataType,
    DecimalType,
    NullType,
    StringType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)
from caudal.sql.types._nested import ArrayType, MapType, StructField, StructType
from caudal.sql.types._special import (
    DayTimeIntervalType,
    Geography,
    GeographyType,
    Geometry,
    GeometryType,
    VariantType,
    VariantVal,
)

_BY_PYTHON_TYPE: dict[type, DataType] = {
    type(None): NullType(),
    bool: _base.BooleanType(),
    int: _base.LongType(),
    float: _base.DoubleType(),
    str: _base.StringType(),
    bytes: _base.BinaryType(),
    bytearray: _base.BinaryType(),
    # Wide enough for any value: rows are merged, so the first one must not decide.
    decimal.Decimal: DecimalType(38, 18),
    datetime.date: _base.DateType(),
    datetime.datetime: TimestampType(),
    datetime.time: TimeType(),
    datetime.timedelta: DayTimeIntervalType(),
}


def _array_types() -> dict[str, DataType]:
    """Type of the elements by type code, where this machine's C type fits exactly."""
    found: dict[str, DataType] = {"f": _base.FloatType(), "d": _base.DoubleType()}
    by_bits = {
        8: _base.ByteType(),
        16: _base.ShortType(),
        32: _base.IntegerType(),
        64: _base.LongType(),
    }
    for code in "bhilqBHILQ":
        # An unsigned number needs one bit more as a signed one.
        bits = array.array(code).itemsize * 8 + (1 if code.isupper() else 0)
        fitting = [size for size in by_bits if size >= bits]
        if fitting:
            found[code] = by_bits[min(fitting)]
    return found


_BY_TYPE_CODE = _array_types()


class _Rules(NamedTuple):
    dict_as_struct: bool = False
    array_from_first: bool = False
    map_from_first: bool = False
    prefer_ntz: bool = False


def _infer_type(
    obj: Any,
    infer_dict_as_struct: bool = False,
    infer_array_from_first_element: bool = False,
    infer_map_from_first_pair: bool = False,
    prefer_timestamp_ntz: bool = False,
) -> DataType:
    """The type of one value.

    Raises
    ------
    PySparkTypeError
        For a value of no known type (``UNSUPPORTED_DATA_TYPE``).

    Examples
    --------
    >>> _infer_type([1, None]), _infer_type({"a": 1.5})
    (ArrayType(LongType(), True), MapType(StringType(), DoubleType(), True))
    """
    return _infer(
        obj,
        _Rules(
            infer_dict_as_struct,
            infer_array_from_first_element,
            infer_map_from_first_pair,
            prefer_timestamp_ntz,
        ),
    )


def _infer(obj: Any, rules: _Rules) -> DataType:
    if hasattr(obj, "__UDT__"):
        udt: DataType = obj.__UDT__
        return udt
    if isinstance(obj, Geography):
        return GeographyType(obj.getSrid())
    if isinstance(obj, Geometry):
        return GeometryType(obj.getSrid())
    if type(obj) is datetime.datetime and rules.prefer_ntz and obj.tzinfo is None:
        return TimestampNTZType()
    known = _BY_PYTHON_TYPE.get(type(obj))
    if known is not None:
        return known
    if isinstance(obj, dict):
        return _infer_dict(obj, rules)
    if isinstance(obj, list):
        considered = obj[:1] if rules.array_from_first else obj
        types = (_infer(v, rules) for v in considered)
        null: DataType = NullType()
        return ArrayType(reduce(_merge_type, types, null), True)
    if isinstance(obj, array.array):
        if obj.typecode in _BY_TYPE_CODE:
            return ArrayType(_BY_TYPE_CODE[obj.typecode], False)
        raise _unsupported(f"array({obj.typecode})")
    if isinstance(obj, VariantVal):
        return VariantType()
    try:
        return _schema_of(obj, None, rules)
    except TypeError:
        raise _unsupported(type(obj).__name__) from None


def _infer_dict(obj: dict[Any, Any], rules: _Rules) -> DataType:
    pairs = [(k, v) for k, v in obj.items() if k is not None and v is not None]
    if rules.dict_as_struct:
        return StructType([StructField(k, _infer(v, rules), True) for k, v in pairs])
    if rules.map_from_first:
        keys, values = [k for k, _ in pairs[:1]], [v for _, v in pairs[:1]]
    else:
        keys = [k for k in obj if k is not None]
        values = [v for v in obj.values() if v is not None]
    null: DataType = NullType()
    key = reduce(_merge_type, (_infer(k, rules) for k in keys), null)
    value = reduce(_merge_type, (_infer(v, rules) for v in values), null)
    return MapType(key, value, True)


def _unsupported(name: str) -> PySparkTypeError:
    return PySparkTypeError(
        errorClass="UNSUPPORTED_DATA_TYPE", messageParameters={"data_type": name}
    )


def _infer_schema(
    row: Any,
    names: Sequence[str] | None = None,
    infer_dict_as_struct: bool = False,
    infer_array_from_first_element: bool = False,
    infer_map_from_first_pair: bool = False,
    prefer_timestamp_ntz: bool = False,
) -> StructType:
    """The fields of one row: of a dictionary (sorted by name), a ``Row``, a named tuple,
    a tuple or list (`names`, then ``_1``, ``_2``, …), or an object with attributes.

    Raises
    ------
    PySparkTypeError
        ``CANNOT_INFER_SCHEMA_FOR_TYPE`` for a row of another kind,
        ``CANNOT_INFER_TYPE_FOR_FIELD`` for a field of no known type.
    """
    return _schema_of(
        row,
        names,
        _Rules(
            infer_dict_as_struct,
            infer_array_from_first_element,
            infer_map_from_first_pair,
            prefer_timestamp_ntz,
        ),
    )


def _schema_of(row: Any, names: Sequence[str] | None, rules: _Rules) -> StructType:
    fields = []
    for name, value in _items(row, names):
        try:
            fields.append(StructField(name, _infer(value, rules), True))
        except TypeError:
            raise PySparkTypeError(
                errorClass="CANNOT_INFER_TYPE_FOR_FIELD", messageParameters={"field_name": name}
            ) from None
    return StructType(fields)


def _items(row: Any, names: Sequence[str] | None) -> Iterable[tuple[str, Any]]:
    if isinstance(row, dict):
        return sorted(row.items())
    if isinstance(row, (tuple, list)):
        own = getattr(row, "__fields__", None) or getattr(row, "_fields", None)
        if own is None:
            given = list(names or [])
            own = given + [f"_{i}" for i in range(len(given) + 1, len(row) + 1)]
        return zip(own, tuple(row), strict=False)
    if hasattr(row, "__dict__"):
        return sorted(row.__dict__.items())
    raise PySparkTypeError(
        errorClass="CANNOT_INFER_SCHEMA_FOR_TYPE",
        messageParameters={"data_type": type(row).__name__},
    )


def _has_nulltype(dt: DataType) -> bool:
    """Whether a part of `dt` has no type yet."""
    if isinstance(dt, StructType):
        return any(_has_nulltype(f.dataType) for f in dt.fields)
    if isinstance(dt, ArrayType):
        return _has_nulltype(dt.elementType)
    if isinstance(dt, MapType):
        return _has_nulltype(dt.keyType) or _has_nulltype(dt.valueType)
    return isinstance(dt, NullType)


def _merge_type(a: DataType, b: DataType, name: str | None = None) -> DataType:
    """The type that holds values of both.

    Raises
    ------
    PySparkTypeError
        Where there is none (``CANNOT_MERGE_TYPE``).
    """
    if isinstance(a, NullType):
        return b
    if isinstance(b, NullType):
        return a
    if {type(a), type(b)} == {TimestampType, TimestampNTZType}:
        return TimestampType()
    for spatial in (GeometryType, GeographyType):
        if isinstance(a, spatial) and isinstance(b, spatial) and a.srid != b.srid:
            return spatial("ANY")
    if isinstance(a, StringType) and isinstance(b, AtomicType):
        return a
    if isinstance(b, StringType) and isinstance(a, AtomicType):
        return b
    if type(a) is not type(b):
        raise PySparkTypeError(
            errorClass="CANNOT_MERGE_TYPE",
            messageParameters={"data_type1": type(a).__name__, "data_type2": type(b).__name__},
        )
    return _merge_parts(a, b)


def _merge_parts(a: DataType, b: DataType) -> DataType:
    if isinstance(a, StructType) and isinstance(b, StructType):
        others = {f.name: f.dataType for f in b.fields}
        fields = [
            StructField(f.name, _merge_type(f.dataType, others.get(f.name, NullType())))
            for f in a.fields
        ]
        known = {f.name for f in fields}
        fields += [StructField(name, dt) for name, dt in others.items() if name not in known]
        return StructType(fields)
    if isinstance(a, ArrayType) and isinstance(b, ArrayType):
        return ArrayType(_merge_type(a.elementType, b.elementType), True)
    if isinstance(a, MapType) and isinstance(b, MapType):
        key = _merge_type(a.keyType, b.keyType)
        return MapType(key, _merge_type(a.valueType, b.valueType), True)
    return a
