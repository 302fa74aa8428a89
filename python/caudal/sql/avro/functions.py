"""Avro bytes in columns; looked up in the compiled core when a frame uses the column."""

from __future__ import annotations

from caudal.sql._convert import option_map
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, given, optional

__all__ = ["from_avro", "to_avro"]


def from_avro(
    data: ColumnOrName, jsonFormatSchema: str, options: dict[str, str] | None = None
) -> Column:
    """The value of Avro bytes.

    Parameters
    ----------
    data
        A column of bytes.
    jsonFormatSchema
        The writer's schema as JSON.
    options
        Options of the Avro reader.
    """
    return call("from_avro", data, constant(jsonFormatSchema), *given(option_map(options)))


def to_avro(data: ColumnOrName, jsonFormatSchema: str = "") -> Column:
    """The value as Avro bytes, by a schema as JSON where one is given."""
    return call("to_avro", data, *given(optional(jsonFormatSchema or None)))
