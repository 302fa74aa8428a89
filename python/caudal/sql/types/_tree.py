"""Schemas as text for people: the tree of ``printSchema`` and DDL."""

from __future__ import annotations

import re

from caudal.sql.types._base import (
    CharType,
    DataType,
    DecimalType,
    StringType,
    TimeType,
    VarcharType,
)
from caudal.sql.types._nested import ArrayType, MapType, StructType
from caudal.sql.types._special import AnsiIntervalType

_SHOWN_WITH_PARAMETERS = (DecimalType, CharType, VarcharType, AnsiIntervalType, TimeType)


def _name(dt: DataType) -> str:
    return dt.simpleString() if isinstance(dt, _SHOWN_WITH_PARAMETERS) else dt.typeName()


def _lower_bool(value: object) -> str:
    return str(value).lower()


def tree_string(schema: StructType, max_depth: int) -> str:
    """One line a field, ``root`` first; `max_depth` of 0 or less means no limit."""
    lines = ["root"]
    _fields(schema, " |", lines, max_depth if max_depth > 0 else 2147483647)
    return "\n".join(lines) + "\n"


def _fields(schema: StructType, prefix: str, lines: list[str], depth: int) -> None:
    if depth <= 0:
        return
    for field in schema.fields:
        note = f" (nullable = {_lower_bool(field.nullable)})"
        _part(field.name, field.dataType, note, prefix, lines, depth)


def _part(name: str, dt: DataType, note: str, prefix: str, lines: list[str], depth: int) -> None:
    if depth <= 0:
        return
    lines.append(f"{prefix}-- {name}: {_name(dt)}{note}")
    inner = prefix + "    |"
    if isinstance(dt, StructType):
        _fields(dt, inner, lines, depth - 1)
    elif isinstance(dt, ArrayType):
        may = f" (containsNull = {_lower_bool(dt.containsNull)})"
        _part("element", dt.elementType, may, inner, lines, depth - 1)
    elif isinstance(dt, MapType):
        may = f" (valueContainsNull = {_lower_bool(dt.valueContainsNull)})"
        _part("key", dt.keyType, "", inner, lines, depth - 1)
        _part("value", dt.valueType, may, inner, lines, depth - 1)


def quoted(name: str) -> str:
    """`name` as DDL writes it: in backquotes where it needs them."""
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        return name
    return "`" + name.replace("`", "``") + "`"


def to_ddl(schema: StructType) -> str:
    """The fields in DDL, separated by commas."""
    parts = []
    for field in schema.fields:
        text = f"{quoted(field.name)} {_sql(field.dataType)}"
        if not field.nullable:
            text += " NOT NULL"
        if field.metadata.get("comment") is not None:
            text += f" COMMENT {_literal(field.metadata['comment'])}"
        parts.append(text)
    return ",".join(parts)


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _sql(dt: DataType) -> str:
    if isinstance(dt, ArrayType):
        return f"ARRAY<{_sql(dt.elementType)}>"
    if isinstance(dt, MapType):
        return f"MAP<{_sql(dt.keyType)}, {_sql(dt.valueType)}>"
    if isinstance(dt, StructType):
        inner = []
        for field in dt.fields:
            text = f"{quoted(field.name)}: {_sql(field.dataType)}"
            if not field.nullable:
                text += " NOT NULL"
            if field.metadata.get("comment") is not None:
                text += f" COMMENT {_literal(field.metadata['comment'])}"
            inner.append(text)
        return f"STRUCT<{', '.join(inner)}>"
    if isinstance(dt, StringType) and not dt.isUTF8BinaryCollation():
        return f"STRING COLLATE {dt.collation}"
    return dt.simpleString().upper()
