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
    """The struct of an XML text.

    Parameters
    ----------
    col
        Texts, a document each.
    schema
        A struct or ``variant``: a type, its DDL, or a column that holds the DDL.
    options
        Options of the XML reader, for example ``{"mode": "FAILFAST"}``.

    Raises
    ------
    AnalysisException
        For a schema that is no struct.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> df = spark.createDataFrame([("<p><a>1</a></p>",)], "t string")
    >>> df.select(F.from_xml("t", "a int").alias("v")).collect()
    [Row(v=Row(a=1))]
    """
    return call(
        "from_xml",
        col,
        schema_text(schema, "StructType, Column or str"),
        *given(option_map(options)),
    )


def schema_of_xml(xml: Column | str, options: Mapping[str, str] | None = None) -> Column:
    """The schema of an XML text as DDL.

    Parameters
    ----------
    xml
        A constant text.
    options
        Options of the XML reader.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> spark.range(1).select(F.schema_of_xml("<p><a>1</a></p>").alias("v")).first()["v"]
    'STRUCT<a: BIGINT>'
    """
    if not isinstance(xml, (str, Column)):
        not_expected("xml", "Column or str", xml)
    return call("schema_of_xml", lit(xml), *given(option_map(options)))


def to_xml(col: ColumnOrName, options: Mapping[str, str] | None = None) -> Column:
    """The struct as XML text.

    Parameters
    ----------
    col
        Structs or variants.
    options
        Options of the XML writer, for example ``{"rowTag": "person"}``.

    Raises
    ------
    IllegalArgumentException
        For a field whose name XML does not have.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> df = spark.createDataFrame([(1,)], "a int")
    >>> print(df.select(F.to_xml(F.struct("a")).alias("v")).first()["v"])
    <ROW>
        <a>1</a>
    </ROW>
    """
    return call("to_xml", col, *given(option_map(options)))


def xpath(xml: ColumnOrName, path: ColumnOrName) -> Column:
    """The values of the nodes that a path finds in XML; elements have none.

    Parameters
    ----------
    xml
        Texts, a document each; null and the empty text give null.
    path
        A constant path of XPath 1.0.

    Raises
    ------
    SparkRuntimeException
        For a text that is no XML, or a path that is none.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> df = spark.createDataFrame([("<p><a>1</a><a>2</a></p>",)], "t string")
    >>> df.select(F.xpath("t", F.lit("p/a/text()")).alias("v")).first()["v"]
    ['1', '2']
    """
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
