"""Arrow tables between the core and functions: zones of instants, and schemas enforced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal.sql._functions import checks
from caudal.sql._functions.to_pandas import has_instants

if TYPE_CHECKING:
    import pyarrow


def in_zone(table: Any, zone: str) -> Any:
    """The table with its instants in the session's zone: the same moments, nothing copied;
    and the elements of lists called as Spark calls them.
    """
    import pyarrow

    if not any(has_instants(f.type) or pyarrow.types.is_nested(f.type) for f in table.schema):
        return table
    fields = [field.with_type(_in_zone(field.type, zone)) for field in table.schema]
    return table.cast(pyarrow.schema(fields))


def _in_zone(kind: Any, zone: str) -> Any:
    import pyarrow as pa

    if pa.types.is_timestamp(kind):
        return kind if kind.tz is None else pa.timestamp("us", zone)
    if pa.types.is_list(kind):
        field = kind.value_field
        return pa.list_(field.with_type(_in_zone(field.type, zone)).with_name("element"))
    if pa.types.is_map(kind):
        item = kind.item_field
        return pa.map_(_in_zone(kind.key_type, zone), item.with_type(_in_zone(item.type, zone)))
    if pa.types.is_struct(kind):
        fields = (kind.field(at) for at in range(kind.num_fields))
        return pa.struct([f.with_type(_in_zone(f.type, zone)) for f in fields])
    return kind


def as_schema(
    batch: Any, schema: pyarrow.Schema, is_cast: bool, is_safe: bool, by_name: bool = True
) -> Any:
    """The batch or table with the schema's columns in its order.

    Columns of other types are cast, with `is_cast`, or refused; both as one error that
    names them all.
    """
    import pyarrow

    if batch.num_columns == 0 or len(schema) == 0:
        return batch
    if batch.schema.equals(schema, check_metadata=False):
        return batch
    names = batch.schema.names
    checks.check_columns(names, schema.names, by_name)
    order = [names.index(name) for name in schema.names] if by_name else range(len(schema))
    arrays, wrong = [], []
    for field, at in zip(schema, order, strict=True):
        array = batch.column(at)
        if array.type != field.type:
            try:
                if not is_cast:
                    raise pyarrow.ArrowInvalid("another type")
                array = array.cast(field.type, safe=is_safe)
            except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError):
                wrong.append((field.name, field.type, array.type))
        arrays.append(array)
    if wrong:
        raise checks.types_mismatch(wrong)
    found = schema.names if by_name else names
    return type(batch).from_arrays(arrays, names=found)
