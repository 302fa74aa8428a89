"""Rows of Arrow tables as functions of tables see them: ``Row``s of Python values."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import Any

from caudal.sql.types import Row, _create_row

Convert = Callable[[Any], Any]


def rows_of(table: Any) -> Iterator[Row]:
    """A ``Row`` for each row."""
    names = table.schema.names
    columns = []
    for column in table.columns:
        convert = _converter(column.type)
        values = column.to_pylist(maps_as_pydicts="strict")
        columns.append(values if convert is None else [convert(value) for value in values])
    if not columns:
        return (_create_row([], ()) for _ in range(table.num_rows))
    return (_create_row(names, values) for values in zip(*columns, strict=True))


def _converter(kind: Any) -> Convert | None:
    """What becomes of PyArrow's own value; None where it stays."""
    import pyarrow

    types = pyarrow.types
    if types.is_timestamp(kind) and kind.tz is not None:
        return _local
    if types.is_list(kind):
        item = _converter(kind.value_type)
        return None if item is None else lambda v: None if v is None else [item(x) for x in v]
    if types.is_map(kind):
        key, value = _converter(kind.key_type) or _same, _converter(kind.item_type) or _same
        return lambda v: None if v is None else {key(k): value(x) for k, x in v.items()}
    if types.is_struct(kind):
        fields = [kind.field(at) for at in range(kind.num_fields)]
        convert = [(field.name, _converter(field.type) or _same) for field in fields]
        names = [name for name, _ in convert]
        return lambda v: (
            None if v is None else _create_row(names, [own(v[name]) for name, own in convert])
        )
    return None


def _same(value: Any) -> Any:
    return value


def _local(value: datetime.datetime | None) -> datetime.datetime | None:
    """A moment on this process' clock, without a zone."""
    return None if value is None else value.astimezone().replace(tzinfo=None)
