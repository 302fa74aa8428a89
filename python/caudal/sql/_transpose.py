"""`DataFrame.transpose`: rows as columns.

Spark computes the rows when the frame is made, for their values name the columns; so it is
here. The columns' common type is found by Spark's tightest rule: no text for numbers, and a
decimal only where it holds every value of the other type.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from caudal.errors._native import analysis_error
from caudal.sql._convert import column_expr
from caudal.sql.column import Column
from caudal.sql.types import (
    ArrayType,
    ByteType,
    DataType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StringType,
    StructField,
    StructType,
)

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

_LIMIT = "spark.sql.transposeMaxValues"
# Each holds every value of those before it, if not every digit.
_WIDER = (ByteType, ShortType, IntegerType, LongType, FloatType, DoubleType)
_DIGITS: dict[type[DataType], int] = {ByteType: 3, ShortType: 5, IntegerType: 10, LongType: 20}


def transposed(frame: DataFrame, index: Any) -> DataFrame:
    """See `DataFrame.transpose`."""
    at = _index_of(frame, index)
    fields = frame.schema.fields
    others = fields[:at] + fields[at + 1 :]
    common: DataType = StringType()
    if others:
        common = reduce(_common, [field.dataType for field in others])
    rows = _rows(frame, at, common)
    schema = StructType([StructField("key", StringType(), False)])
    for row in rows:
        schema.add(row[0], common)
    data = [
        (field.name, *(row[position] for row in rows)) for position, field in enumerate(others, 1)
    ]
    return frame.sparkSession.createDataFrame(data, schema, verifySchema=False)


def _index_of(frame: DataFrame, index: Any) -> int:
    """The position of the column that names the new ones."""
    if index is None:
        return 0
    found = frame.select(Column(column_expr(index)))
    name = found.columns[0]
    if name not in frame.columns:
        raise _invalid("Index column must be an atomic attribute")
    kind = found.schema.fields[0].dataType
    if isinstance(kind, (ArrayType, MapType, StructType)):
        raise _invalid(f"Index column must be of atomic type, but found: {_scala(kind)}")
    return frame.columns.index(name)


def _rows(frame: DataFrame, at: int, common: DataType) -> list[Any]:
    """Text of the index column and values of the others, in the order of the index column."""
    columns = [frame[position] for position in range(len(frame.columns))]
    index = columns.pop(at)
    limit = int(frame.sparkSession.conf.get(_LIMIT))
    kept = frame.filter(index.isNotNull()).orderBy(index)
    kinds = [field.dataType for field in frame.schema.fields]
    del kinds[at]
    values = [
        column if kind == common else column.cast(common)
        for column, kind in zip(columns, kinds, strict=True)
    ]
    rows = kept.select(index.cast("string"), *values).limit(limit + 1).collect()
    if len(rows) > limit:
        raise analysis_error(
            "TRANSPOSE_EXCEED_ROW_LIMIT",
            f"Number of rows exceeds the allowed limit of {limit} for TRANSPOSE. If this was "
            f"intended, set {_LIMIT} to at least the current row count.",
            {"maxValues": str(limit), "config": _LIMIT},
            "54006",
        )
    return rows


def _common(one: DataType, two: DataType) -> DataType:
    found = _tightest(one, two)
    if found is None:
        types = {"dt1": f'"{_sql(one)}"', "dt2": f'"{_sql(two)}"'}
        raise analysis_error(
            "TRANSPOSE_NO_LEAST_COMMON_TYPE",
            "Transpose requires non-index columns to share a least common type, but "
            f"{types['dt1']} and {types['dt2']} do not.",
            types,
            "42K09",
        )
    return found


def _tightest(one: DataType, two: DataType) -> DataType | None:
    if one == two or isinstance(two, NullType):
        return one
    if isinstance(one, NullType):
        return two
    if isinstance(one, ArrayType) and isinstance(two, ArrayType):
        element = _tightest(one.elementType, two.elementType)
        return element and ArrayType(element, one.containsNull or two.containsNull)
    if isinstance(one, _WIDER) and isinstance(two, _WIDER):
        wider = max(_WIDER.index(type(one)), _WIDER.index(type(two)))
        # A float beside whole numbers: a double.
        return DoubleType() if _WIDER[wider] is FloatType else _WIDER[wider]()
    for decimal, other in ((one, two), (two, one)):
        digits = _DIGITS.get(type(other))
        if isinstance(decimal, DecimalType) and digits is not None:
            return decimal if decimal.precision - decimal.scale >= digits else None
    return None


def _sql(kind: DataType) -> str:
    return kind.simpleString().upper()


def _scala(kind: DataType) -> str:
    """A nested type as Scala prints it."""
    if isinstance(kind, ArrayType):
        return f"ArrayType({_scala(kind.elementType)},{str(kind.containsNull).lower()})"
    if isinstance(kind, MapType):
        inside = f"{_scala(kind.keyType)},{_scala(kind.valueType)}"
        return f"MapType({inside},{str(kind.valueContainsNull).lower()})"
    if isinstance(kind, StructType):
        fields = (
            f"StructField({f.name},{_scala(f.dataType)},{str(f.nullable).lower()})"
            for f in kind.fields
        )
        return f"StructType({','.join(fields)})"
    return str(kind).removesuffix("()")


def _invalid(reason: str) -> Exception:
    return analysis_error(
        "TRANSPOSE_INVALID_INDEX_COLUMN",
        f"Invalid index column for TRANSPOSE because: {reason}",
        {"reason": reason},
        "42804",
    )
