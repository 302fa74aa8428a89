"""pandas series and frames that functions give, as Arrow of the declared types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from caudal.errors import PySparkTypeError, PySparkValueError
from caudal.sql._arrow_types import arrow_type
from caudal.sql._functions.settings import Settings
from caudal.sql.types import (
    ArrayType,
    DataType,
    DecimalType,
    MapType,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
)

if TYPE_CHECKING:
    import pyarrow

Convert = Callable[[Any], Any]


def table_of(columns: Sequence[Any], schema: StructType, settings: Settings) -> pyarrow.Table:
    """Series and frames, one a field, as a table."""
    import pyarrow

    pairs = zip(columns, schema.fields, strict=True)
    arrays = [array_of(values, f.name, f.dataType, settings) for values, f in pairs]
    return pyarrow.table(arrays, schema.names)


def frame_table(frame: Any, schema: StructType, settings: Settings) -> pyarrow.Table:
    """A frame as a table of the schema: its columns by name, or by position where they
    have no names.
    """
    import pyarrow

    if not schema.fields:
        return pyarrow.table({"_": [None] * len(frame)}).select([])
    if len(frame.columns) == 0:
        nulls = [pyarrow.nulls(len(frame), arrow_type(f.dataType)) for f in schema.fields]
        return pyarrow.table(nulls, schema.names)
    if settings.by_name and any(isinstance(name, str) for name in frame.columns):
        frame = frame[schema.names]
    columns = [frame.iloc[:, at] for at in range(len(schema.fields))]
    return table_of(columns, schema, settings)


def array_of(values: Any, name: str, kind: DataType, settings: Settings) -> pyarrow.Array:
    """A series as an array; `name` is the column's in errors."""
    import pandas
    import pyarrow

    if isinstance(values, pandas.DataFrame):
        assert isinstance(kind, StructType)
        parts = frame_table(values, kind, settings).combine_chunks()
        arrays = [column.combine_chunks() for column in parts.columns]
        fields = list(arrow_type(kind))
        return pyarrow.StructArray.from_arrays(
            arrays, fields=[f.with_nullable(True) for f in fields]
        )
    if isinstance(values.dtype, pandas.CategoricalDtype):
        values = values.astype(values.dtype.categories.dtype)
    wanted = arrow_type(kind)
    convert = _converter(kind, settings)
    if isinstance(kind, (TimestampType, TimestampNTZType)):
        values = _moments(values, kind, settings.zone)
    elif convert is not None:
        values = values.apply(convert)
    mask = None if hasattr(values.array, "__arrow_array__") else values.isnull()
    try:
        try:
            made = pyarrow.Array.from_pandas(values, mask=mask, type=wanted, safe=settings.is_safe)
        except pyarrow.ArrowInvalid:
            inferred = pyarrow.Array.from_pandas(values, mask=mask)
            made = inferred.cast(wanted, safe=settings.is_safe)
    except TypeError as error:
        raise PySparkTypeError(
            f"Cannot convert the output value of the column '{name}' with type '{values.dtype}' "
            f"to the specified return type of the column: '{wanted}'. Please check if the data "
            "types match and try again."
        ) from error
    except ValueError as error:
        text = (
            f"Failed to convert the value of the column '{name}' with type '{values.dtype}' to "
            f"Arrow type '{wanted}'."
        )
        if settings.is_safe:
            text += (
                " It can be caused by overflows or other unsafe conversions warned by Arrow. "
                "Arrow safe type check can be disabled by using SQL config "
                "`spark.sql.execution.pandas.convertToArrowArraySafely`."
            )
        raise PySparkValueError(text) from error
    return made.combine_chunks() if isinstance(made, pyarrow.ChunkedArray) else made


def _moments(values: Any, kind: DataType, zone: str) -> Any:
    import pandas

    if values.dtype == object:
        values = pandas.to_datetime(values)
    if not pandas.api.types.is_datetime64_any_dtype(values.dtype):
        return values
    if isinstance(kind, TimestampNTZType):
        return values.dt.tz_convert(zone).dt.tz_localize(None) if values.dt.tz else values
    if values.dt.tz is None:
        values = values.dt.tz_localize(zone, ambiguous=False)
    return values.dt.tz_convert("UTC")


def _converter(kind: DataType, settings: Settings) -> Convert | None:
    """What PyArrow takes in place of a nested value; None where it takes the value."""
    if isinstance(kind, UserDefinedType):
        return lambda value: None if value is None else kind.serialize(value)
    if isinstance(kind, DecimalType) and settings.ints_to_decimals:
        return _decimal
    if isinstance(kind, ArrayType):
        element = _converter(kind.elementType, settings) or _instants(kind.elementType, settings)
        if element is None:
            return None
        return lambda value: None if value is None else [element(item) for item in value]
    if isinstance(kind, MapType):
        key = _inner(kind.keyType, settings)
        item = _inner(kind.valueType, settings)
        return lambda value: (
            [(key(k), item(v)) for k, v in value.items()] if isinstance(value, dict) else value
        )
    if isinstance(kind, StructType):
        return _struct(kind, settings)
    return None


def _inner(kind: DataType, settings: Settings) -> Convert:
    return _converter(kind, settings) or _instants(kind, settings) or (lambda value: value)


def _instants(kind: DataType, settings: Settings) -> Convert | None:
    if not isinstance(kind, TimestampType):
        return None

    def convert(value: Any) -> Any:
        import pandas

        if value is None or value is pandas.NaT:
            return None
        moment = pandas.Timestamp(value)
        moment = moment.tz_localize(settings.zone) if moment.tz is None else moment
        return moment.tz_convert("UTC")

    return convert


def _decimal(value: Any) -> Any:
    import decimal

    return decimal.Decimal(value) if isinstance(value, int) else value


def _struct(kind: StructType, settings: Settings) -> Convert:
    fields = [(field.name, _inner(field.dataType, settings)) for field in kind.fields]

    def convert(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: field(value.get(name)) for name, field in fields}
        if isinstance(value, tuple):
            items = zip(fields, value, strict=True)
            return {name: field(item) for (name, field), item in items}
        return value

    return convert
