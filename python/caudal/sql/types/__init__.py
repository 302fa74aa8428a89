"""Data types, rows and schemas.

One file a concern: `_base` and `_special` hold the types without parts, `_nested` those
with parts, `_row` the rows; `_parse` reads types, `_tree` writes them for people, `_infer`
finds the type of Python values and `_verify` checks values against a type.
"""

from caudal.sql.types._base import (
    AnyTimeType as AnyTimeType,
)
from caudal.sql.types._base import (
    AtomicType as AtomicType,
)
from caudal.sql.types._base import (
    BinaryType,
    BooleanType,
    ByteType,
    CharType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    NullType,
    ShortType,
    StringType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    VarcharType,
)
from caudal.sql.types._base import (
    DatetimeType as DatetimeType,
)
from caudal.sql.types._base import (
    FractionalType as FractionalType,
)
from caudal.sql.types._base import (
    IntegralType as IntegralType,
)
from caudal.sql.types._base import (
    NumericType as NumericType,
)
from caudal.sql.types._infer import (
    _has_nulltype as _has_nulltype,
)
from caudal.sql.types._infer import (
    _infer_schema as _infer_schema,
)
from caudal.sql.types._infer import (
    _infer_type as _infer_type,
)
from caudal.sql.types._infer import (
    _merge_type as _merge_type,
)
from caudal.sql.types._nested import (
    ArrayType,
    MapType,
    StructField,
    StructType,
)
from caudal.sql.types._parse import (
    _parse_datatype_json_string as _parse_datatype_json_string,
)
from caudal.sql.types._parse import (
    _parse_datatype_json_value as _parse_datatype_json_value,
)
from caudal.sql.types._parse import (
    _parse_datatype_string as _parse_datatype_string,
)
from caudal.sql.types._row import (
    Row,
)
from caudal.sql.types._row import (
    _create_row as _create_row,
)
from caudal.sql.types._special import (
    AnsiIntervalType as AnsiIntervalType,
)
from caudal.sql.types._special import (
    CalendarIntervalType,
    DayTimeIntervalType,
    Geography,
    GeographyType,
    Geometry,
    GeometryType,
    VariantType,
    VariantVal,
    YearMonthIntervalType,
)
from caudal.sql.types._special import (
    SpatialType as SpatialType,
)
from caudal.sql.types._udt import (
    UserDefinedType as UserDefinedType,
)
from caudal.sql.types._verify import (
    _make_type_verifier as _make_type_verifier,
)

__all__ = [
    "DataType",
    "NullType",
    "CharType",
    "StringType",
    "VarcharType",
    "BinaryType",
    "BooleanType",
    "DateType",
    "TimeType",
    "TimestampType",
    "TimestampNTZType",
    "DecimalType",
    "DoubleType",
    "Geography",
    "Geometry",
    "FloatType",
    "ByteType",
    "IntegerType",
    "LongType",
    "DayTimeIntervalType",
    "YearMonthIntervalType",
    "CalendarIntervalType",
    "Row",
    "ShortType",
    "ArrayType",
    "MapType",
    "StructField",
    "StructType",
    "VariantType",
    "VariantVal",
    "GeographyType",
    "GeometryType",
]
