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


def by_position(table: pyarrow.Table, schema: pyarrow.Schema) -> pyarrow.Table:
    """The first columns of the table, which must have the schema's types in its order.

    As Spark reads the batches of ``mapInArrow``: names do not count, not those of fields
    either, and columns beyond the schema's are passed over.

    Raises
    ------
    PySparkRuntimeError
        For too few columns, columns of other types, and nulls where none may be.
    """
    if table.num_columns < len(schema):
        checks.check_columns(table.schema.names, schema.names, False)
    table = table.select(range(len(schema)))
    pairs = list(zip(schema, table.schema, strict=True))
    wrong = [(w.name, w.type, f.type) for w, f in pairs if not _is_same(w.type, f.type)]
    if wrong:
        raise checks.types_mismatch(wrong)
    for at, field in enumerate(schema):
        if not field.nullable and table.column(at).null_count:
            raise checks.types_mismatch([(field.name, f"{field.type} not null", "null")])
    return table


def _is_same(wanted: Any, found: Any) -> bool:
    """Whether two Arrow types hold values of one type of Spark's."""
    import pyarrow.types as kinds

    if wanted == found:
        return True
    if kinds.is_string(wanted):
        return bool(kinds.is_large_string(found) or kinds.is_string_view(found))
    if kinds.is_binary(wanted):
        return bool(kinds.is_large_binary(found) or kinds.is_binary_view(found))
    if kinds.is_timestamp(wanted) and kinds.is_timestamp(found):
        return bool(wanted.unit == found.unit and (wanted.tz is None) == (found.tz is None))
    if kinds.is_map(wanted):
        return bool(
            kinds.is_map(found)
            and _is_same(wanted.key_type, found.key_type)
            and _is_same(wanted.item_type, found.item_type)
        )
    if kinds.is_list(wanted):
        is_list = kinds.is_list(found) or kinds.is_large_list(found)
        return bool(is_list and _is_same(wanted.value_type, found.value_type))
    if kinds.is_struct(wanted) and kinds.is_struct(found):
        count = wanted.num_fields
        parts = ((wanted.field(i).type, found.field(i).type) for i in range(count))
        return bool(count == found.num_fields and all(_is_same(w, f) for w, f in parts))
    return False
