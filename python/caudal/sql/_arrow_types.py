"""PySpark's types as Arrow's, for those who hand Arrow over or take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caudal._missing import not_implemented
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
    TimeType,
)

if TYPE_CHECKING:
    import pyarrow


def arrow_schema(schema: StructType) -> pyarrow.Schema:
    """The Arrow schema of rows; timestamps are in UTC."""
    import pyarrow

    return pyarrow.schema(_fields(schema))


def _fields(schema: StructType) -> list[pyarrow.Field]:
    import pyarrow

    return [
        pyarrow.field(field.name, arrow_type(field.dataType), field.nullable)
        for field in schema.fields
    ]


def arrow_type(of: DataType) -> pyarrow.DataType:
    """The Arrow type of values; instants are in UTC."""
    import pyarrow as pa

    if isinstance(of, DecimalType):
        return pa.decimal128(of.precision, of.scale)
    if isinstance(of, ArrayType):
        element = arrow_type(of.elementType)
        return pa.list_(pa.field("element", element, of.containsNull))
    if isinstance(of, MapType):
        value = pa.field("value", arrow_type(of.valueType), of.valueContainsNull)
        return pa.map_(arrow_type(of.keyType), value)
    if isinstance(of, StructType):
        return pa.struct(_fields(of))
    if isinstance(of, TimeType):
        return pa.time64("ns")
    plain = {
        NullType: pa.null(),
        BooleanType: pa.bool_(),
        ByteType: pa.int8(),
        ShortType: pa.int16(),
        IntegerType: pa.int32(),
        LongType: pa.int64(),
        FloatType: pa.float32(),
        DoubleType: pa.float64(),
        StringType: pa.string(),
        BinaryType: pa.binary(),
        DateType: pa.date32(),
        TimestampType: pa.timestamp("us", "UTC"),
        TimestampNTZType: pa.timestamp("us"),
        DayTimeIntervalType: pa.duration("us"),
    }
    found = plain.get(type(of))
    if found is None:
        not_implemented(f"Arrow batches with values of type {of.simpleString()}")
    return found
