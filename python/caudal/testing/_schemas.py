"""`assertSchemaEqual`."""

from __future__ import annotations

import difflib

from caudal.errors import PySparkAssertionError, PySparkTypeError
from caudal.sql.types import ArrayType, DataType, DecimalType, MapType, StructField, StructType


def assertSchemaEqual(
    actual: StructType,
    expected: StructType,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
) -> None:
    """Raises unless two schemas are equal.

    Parameters
    ----------
    ignoreNullable
        Whether fields may be null does not count.
    ignoreColumnOrder
        Fields are compared by name.
    ignoreColumnName
        Fields are compared by position and type only.

    Raises
    ------
    PySparkAssertionError
        With both schemas, marked where they differ (``DIFFERENT_SCHEMA``).
    PySparkTypeError
        For an argument that is no `StructType`.
    """
    __tracebackhide__ = True
    for name, schema in (("actual", actual), ("expected", expected)):
        if not isinstance(schema, StructType):
            raise PySparkTypeError(
                errorClass="NOT_EXPECTED_TYPE",
                messageParameters={
                    "arg_name": name,
                    "expected_type": "struct type",
                    "arg_type": type(schema).__name__,
                },
            )
    if ignoreColumnOrder:
        actual, expected = _by_name(actual), _by_name(expected)
    if ignoreColumnName:
        actual, expected = _numbered(actual), _numbered(expected)
    equal = _same(actual, expected) if ignoreNullable else actual == expected
    if not equal:
        diff = difflib.ndiff(str(actual).splitlines(), str(expected).splitlines())
        raise PySparkAssertionError(
            errorClass="DIFFERENT_SCHEMA", messageParameters={"error_msg": "\n".join(diff)}
        )


def _by_name(schema: StructType) -> StructType:
    return StructType(sorted(schema.fields, key=lambda f: f.name))


def _numbered(schema: StructType) -> StructType:
    return StructType(
        [StructField(str(i), f.dataType, f.nullable) for i, f in enumerate(schema.fields)]
    )


def _same(a: DataType, b: DataType) -> bool:
    """Equal but for what may be null, and for collations and lengths, as in PySpark."""
    if a.typeName() != b.typeName():
        return False
    if isinstance(a, StructType) and isinstance(b, StructType):
        return len(a) == len(b) and all(
            f.name == g.name and _same(f.dataType, g.dataType)
            for f, g in zip(a.fields, b.fields, strict=True)
        )
    if isinstance(a, ArrayType) and isinstance(b, ArrayType):
        return _same(a.elementType, b.elementType)
    if isinstance(a, MapType) and isinstance(b, MapType):
        return _same(a.keyType, b.keyType) and _same(a.valueType, b.valueType)
    if isinstance(a, DecimalType) and isinstance(b, DecimalType):
        return (a.precision, a.scale) == (b.precision, b.scale)
    return True
