"""Arrow columns as pandas series and frames; instants are on the session's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow


def column(values: Any, name: str, zone: str, as_extension: bool, frames: bool) -> Any:
    """A series; a frame of its fields for a struct, with `frames`."""
    import pandas
    import pyarrow

    if frames and pyarrow.types.is_struct(values.type):
        parts = values.combine_chunks() if isinstance(values, pyarrow.ChunkedArray) else values
        names = [values.type.field(at).name for at in range(values.type.num_fields)]
        fields = [column(part, "", zone, as_extension, False) for part in parts.flatten()]
        frame = pandas.concat(fields, axis=1)
        frame.columns = pandas.Index(names)
        return frame
    made = series(values, zone, as_extension)
    return made.rename(name) if name else made


def series(values: Any, zone: str, as_extension: bool = False) -> Any:
    """A series of the values."""
    import numpy
    import pandas
    import pyarrow

    kind = values.type
    if pyarrow.types.is_timestamp(kind):
        moments = values.to_pandas()
        if kind.tz is not None:
            moments = moments.dt.tz_convert(zone).dt.tz_localize(None)
        return moments.astype("datetime64[ns]")
    if pyarrow.types.is_nested(kind) and has_instants(kind):
        items = [_nested(item, kind, zone) for item in values.to_pylist(maps_as_pydicts="strict")]
        whole = numpy.empty(len(items), dtype=object)
        for at, item in enumerate(items):
            whole[at] = item
        return pandas.Series(whole, dtype=object)
    if as_extension and pyarrow.types.is_integer(kind):
        return values.to_pandas(types_mapper=_extension(pandas).get)
    return values.to_pandas(date_as_object=True, maps_as_pydicts="strict")


def _extension(pandas: Any) -> dict[pyarrow.DataType, Any]:
    import pyarrow

    return {
        pyarrow.int8(): pandas.Int8Dtype(),
        pyarrow.int16(): pandas.Int16Dtype(),
        pyarrow.int32(): pandas.Int32Dtype(),
        pyarrow.int64(): pandas.Int64Dtype(),
    }


def has_instants(kind: Any) -> bool:
    """Whether there is a timestamp somewhere inside a type."""
    import pyarrow

    if pyarrow.types.is_timestamp(kind):
        return True
    inside = [kind.field(at).type for at in range(kind.num_fields)]
    return any(has_instants(part) for part in inside)


def _nested(value: Any, kind: Any, zone: str) -> Any:
    import numpy
    import pandas
    import pyarrow

    if value is None:
        return None
    if pyarrow.types.is_timestamp(kind):
        moment = pandas.Timestamp(value)
        return moment if kind.tz is None else moment.tz_convert(zone).tz_localize(None)
    if pyarrow.types.is_list(kind):
        items = numpy.empty(len(value), dtype=object)
        items[:] = [_nested(item, kind.value_type, zone) for item in value]
        return items
    if pyarrow.types.is_map(kind):
        entries = value.items()
        return {
            _nested(k, kind.key_type, zone): _nested(v, kind.item_type, zone) for k, v in entries
        }
    if pyarrow.types.is_struct(kind):
        fields = (kind.field(at) for at in range(kind.num_fields))
        return {f.name: _nested(value[f.name], f.type, zone) for f in fields}
    return value
