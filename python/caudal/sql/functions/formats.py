"""JSON and CSV in columns.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from collections.abc import Mapping

from caudal.errors import PySparkValueError
from caudal.sql._convert import column_expr, not_expected, option_map
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, given, schema_text
from caudal.sql.functions.normal import lit
from caudal.sql.types import ArrayType, MapType, StructType

__all__ = [
    "from_csv",
    "schema_of_csv",
    "to_csv",
    "from_json",
    "get_json_object",
    "json_array_length",
    "json_object_keys",
    "json_tuple",
    "schema_of_json",
    "to_json",
]


def from_csv(
    col: ColumnOrName, schema: Column | str, options: Mapping[str, str] | None = None
) -> Column:
    """The struct of a CSV text."""
    return call("from_csv", col, schema_text(schema, "Column or str"), *given(option_map(options)))


def schema_of_csv(csv: Column | str, options: Mapping[str, str] | None = None) -> Column:
    """The schema of a CSV text as DDL."""
    if not isinstance(csv, (str, Column)):
        not_expected("csv", "Column or str", csv)
    return call("schema_of_csv", lit(csv), *given(option_map(options)))


def to_csv(col: ColumnOrName, options: Mapping[str, str] | None = None) -> Column:
    """The struct as CSV text."""
    return call("to_csv", col, *given(option_map(options)))


def from_json(
    col: ColumnOrName,
    schema: ArrayType | StructType | MapType | Column | str,
    options: Mapping[str, str] | None = None,
) -> Column:
    """The value of a JSON text.

    Parameters
    ----------
    schema
        A type, its DDL, or a column that holds the DDL.
    options
        Options of the JSON reader, for example ``{"mode": "FAILFAST"}``.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.from_json("value", "id int", {"mode": "FAILFAST"})
    Column<'from_json(value, 'id int', map('mode', 'FAILFAST'))'>
    """
    col = Column(column_expr(col))
    return call("from_json", col, schema_text(schema), *given(option_map(options)))


def get_json_object(col: ColumnOrName, path: str) -> Column:
    """The part of a JSON text at a path, as text."""
    return call("get_json_object", col, constant(path))


def json_array_length(col: ColumnOrName) -> Column:
    """The number of elements of a JSON array."""
    return call("json_array_length", col)


def json_object_keys(col: ColumnOrName) -> Column:
    """The keys of a JSON object."""
    return call("json_object_keys", col)


def json_tuple(col: ColumnOrName, *fields: str) -> Column:
    """The values of several fields of a JSON text, a column each."""
    if not fields:
        raise PySparkValueError(errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "field"})
    return call("json_tuple", col, *(lit(field) for field in fields))


def schema_of_json(json: Column | str, options: Mapping[str, str] | None = None) -> Column:
    """The schema of a JSON text as DDL."""
    if not isinstance(json, (str, Column)):
        not_expected("json", "Column or str", json)
    return call("schema_of_json", lit(json), *given(option_map(options)))


def to_json(col: ColumnOrName, options: Mapping[str, str] | None = None) -> Column:
    """The value as JSON text; `options` are those of the JSON writer."""
    return call("to_json", col, *given(option_map(options)))
