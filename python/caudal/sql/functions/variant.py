"""Variants: values that carry their own type.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.errors import PySparkValueError
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant

__all__ = [
    "is_valid_variant",
    "is_variant_null",
    "parse_json",
    "schema_of_variant",
    "schema_of_variant_agg",
    "try_variant_get",
    "variant_array_append",
    "try_variant_array_append",
    "variant_delete",
    "variant_strip_nulls",
    "variant_get",
    "variant_insert",
    "try_variant_insert",
    "variant_set",
    "try_variant_set",
    "try_parse_json",
    "to_variant_object",
]


def _path(path: Column | str) -> Column | str:
    """A path as a constant, or a column."""
    return constant(path) if isinstance(path, str) else path


def is_valid_variant(v: ColumnOrName) -> Column:
    """Whether the bytes are a valid variant."""
    return call("is_valid_variant", v)


def is_variant_null(v: ColumnOrName) -> Column:
    """Whether a variant holds JSON's null."""
    return call("is_variant_null", v)


def parse_json(col: ColumnOrName) -> Column:
    """The variant of a JSON text."""
    return call("parse_json", col)


def schema_of_variant(v: ColumnOrName) -> Column:
    """The schema of a variant as DDL."""
    return call("schema_of_variant", v)


def schema_of_variant_agg(v: ColumnOrName) -> Column:
    """The merged schema of variants as DDL."""
    return call("schema_of_variant_agg", v)


def try_variant_get(v: ColumnOrName, path: Column | str, targetType: str) -> Column:
    """The part of a variant at a path as a type, null where it does not fit."""
    return call("try_variant_get", v, _path(path), constant(targetType))


def variant_array_append(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """The variant with a value added to an array at a path."""
    return call("variant_array_append", v, constant(path), value)


def try_variant_array_append(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """The variant with a value added to an array at a path, null where that fails."""
    return call("try_variant_array_append", v, constant(path), value)


def variant_delete(v: ColumnOrName, *paths: Column | str) -> Column:
    """The variant without the parts at some paths."""
    if not paths:
        raise PySparkValueError(errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "paths"})
    return call("variant_delete", v, *(constant(path) for path in paths))


def variant_strip_nulls(v: ColumnOrName, include_arrays: bool = True) -> Column:
    """The variant without nulls."""
    return call("variant_strip_nulls", v, constant(include_arrays))


def variant_get(v: ColumnOrName, path: Column | str, targetType: str) -> Column:
    """The part of a variant at a path as a type."""
    return call("variant_get", v, _path(path), constant(targetType))


def variant_insert(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """The variant with a value inserted at a path."""
    return call("variant_insert", v, constant(path), value)


def try_variant_insert(v: ColumnOrName, path: Column | str, value: ColumnOrName) -> Column:
    """The variant with a value inserted at a path, null where that fails."""
    return call("try_variant_insert", v, constant(path), value)


def variant_set(
    v: ColumnOrName, path: Column | str, value: ColumnOrName, create_if_missing: bool = True
) -> Column:
    """The variant with a value set at a path."""
    return call("variant_set", v, constant(path), value, constant(create_if_missing))


def try_variant_set(
    v: ColumnOrName, path: Column | str, value: ColumnOrName, create_if_missing: bool = True
) -> Column:
    """The variant with a value set at a path, null where that fails."""
    return call("try_variant_set", v, constant(path), value, constant(create_if_missing))


def try_parse_json(col: ColumnOrName) -> Column:
    """The variant of a JSON text, null where it is malformed."""
    return call("try_parse_json", col)


def to_variant_object(col: ColumnOrName) -> Column:
    """The value as a variant."""
    return call("to_variant_object", col)
