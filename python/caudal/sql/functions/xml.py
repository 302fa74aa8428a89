"""XML in columns.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from collections.abc import Mapping

from caudal.sql._convert import not_expected, option_map
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, given, schema_text
from caudal.sql.functions.normal import lit
from caudal.sql.types import StructType

__all__ = [
    "from_xml",
    "schema_of_xml",
    "to_xml",
    "xpath",
    "xpath_boolean",
    "xpath_double",
    "xpath_float",
    "xpath_int",
    "xpath_long",
    "xpath_number",
    "xpath_short",
    "xpath_string",
]


def from_xml(
    col: ColumnOrName, schema: StructType | Column | str, options: Mapping[str, str] | None = None
) -> Column:
    """The struct of an XML text."""
    return call(
        "from_xml",
        col,
        schema_text(schema, "StructType, Column or str"),
        *given(option_map(options)),
    )


def schema_of_xml(xml: Column | str, options: Mapping[str, str] | None = None) -> Column:
    """The schema of an XML text as DDL."""
    if not isinstance(xml, (str, Column)):
        not_expected("xml", "Column or str", xml)
    return call("schema_of_xml", lit(xml), *given(option_map(options)))


def to_xml(col: ColumnOrName, options: Mapping[str, str] | None = None) -> Column:
    """The struct as XML text."""
    return call("to_xml", col, *given(option_map(options)))


def xpath(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The texts that an XPath finds in XML."""
    return call("xpath", xml, path)


def xpath_boolean(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """Whether an XPath finds something in XML."""
    return call("xpath_boolean", xml, path)


def xpath_double(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath finds in XML."""
    return call("xpath_double", xml, path)


def xpath_float(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath finds in XML."""
    return call("xpath_float", xml, path)


def xpath_int(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The whole number that an XPath finds in XML."""
    return call("xpath_int", xml, path)


def xpath_long(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The whole number that an XPath finds in XML."""
    return call("xpath_long", xml, path)


def xpath_number(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The number that an XPath finds in XML."""
    return call("xpath_number", xml, path)


def xpath_short(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The whole number that an XPath finds in XML."""
    return call("xpath_short", xml, path)


def xpath_string(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The text that an XPath finds in XML."""
    return call("xpath_string", xml, path)
