"""`DataFrame.to`: a frame with the columns of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from caudal._missing import not_implemented
from caudal.errors._native import analysis_error
from caudal.sql._frame_base import FrameBase, quoted
from caudal.sql.column import Column
from caudal.sql.types import (
    ArrayType,
    AtomicType,
    CharType,
    DataType,
    DateType,
    MapType,
    NullType,
    NumericType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    VarcharType,
)

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

_TIMES = (DateType, TimestampType, TimestampNTZType)


class FrameTo(FrameBase):
    """The method that fits a frame to a schema."""

    def to(self, schema: StructType) -> DataFrame:
        """The columns of `schema`, in its order and with its types and metadata.

        Columns are found by name, fields of structs too; one that is missing is null. Types
        change as on the way into a table: numbers to numbers, anything plain to text.

        Parameters
        ----------
        schema
            The columns wanted.

        Raises
        ------
        AnalysisException
            For a column that may not be null and is missing (``UNRESOLVED_COLUMN…``) or may
            be null (``NULLABLE_COLUMN_OR_FIELD``), one that is there twice
            (``AMBIGUOUS_COLUMN_OR_FIELD``) and one of a type that does not fit
            (``INVALID_COLUMN_OR_FIELD_DATA_TYPE``).

        Examples
        --------
        >>> from caudal.sql.types import StructType
        >>> spark.range(1).to(StructType.fromDDL("name string, id string")).collect()
        [Row(name=None, id='0')]
        """
        assert schema is not None
        _refuse_bounded(schema)
        own = self._with(self._frame).schema
        session = self._session
        is_sensitive = session.conf.get("spark.sql.caseSensitive") == "true"
        is_ansi = session.conf.get("spark.sql.ansi.enabled") == "true"
        fit = _Fit(is_sensitive, is_ansi)
        values = []
        for field in schema.fields:
            found = fit.find(own, field, [])
            if found is None:
                value = _null(field.dataType)
            else:
                value = Column(self._frame.column(quoted(found.name)))
                value = fit.value(value, found, field, [field.name])
            values.append(value.alias(field.name, metadata=field.metadata or None)._expr)
        return self._with(self._frame.select(values))


def _refuse_bounded(kind: DataType) -> None:
    """Only columns of tables are texts of a bounded length."""
    if isinstance(kind, (CharType, VarcharType)):
        raise analysis_error(
            "UNSUPPORTED_CHAR_OR_VARCHAR_AS_STRING",
            "The char/varchar type can't be used in the table schema.\nIf you want Spark treat "
            "them as string type as same as Spark 3.0 and earlier, please set "
            '"spark.sql.legacy.charVarcharAsString" to "true".',
            {},
            "0A000",
        )
    if isinstance(kind, StructType):
        for field in kind.fields:
            _refuse_bounded(field.dataType)
    elif isinstance(kind, ArrayType):
        _refuse_bounded(kind.elementType)
    elif isinstance(kind, MapType):
        _refuse_bounded(kind.keyType)
        _refuse_bounded(kind.valueType)


class _Fit:
    def __init__(self, is_sensitive: bool, is_ansi: bool) -> None:
        self._is_sensitive = is_sensitive
        self._is_ansi = is_ansi

    def find(self, own: StructType, wanted: StructField, path: list[str]) -> StructField | None:
        """The field of that name; None where a missing one may be null."""

        def key(name: str) -> str:
            return name if self._is_sensitive else name.lower()

        found = [f for f in own.fields if key(f.name) == key(wanted.name)]
        if len(found) > 1:
            name, count = _path([*path, wanted.name]), str(len(found))
            raise analysis_error(
                "AMBIGUOUS_COLUMN_OR_FIELD",
                f"Column or field {name} is ambiguous and has {count} matches.",
                {"name": name, "n": count},
                "42702",
            )
        if found:
            return found[0]
        if not wanted.nullable:
            _missing(own, wanted.name, path)
        return None

    def value(
        self, value: Column, own: StructField, wanted: StructField, path: list[str]
    ) -> Column:
        """The value of one field as that of another, whose type it gets."""
        if own.nullable and not wanted.nullable:
            name = _path(path)
            raise analysis_error(
                "NULLABLE_COLUMN_OR_FIELD",
                f"Column or field {name} is nullable while it's required to be non-nullable.",
                {"name": name},
                "42000",
            )
        return self._typed(value, own.dataType, wanted.dataType, own.nullable, path)

    def _typed(
        self, value: Column, own: DataType, wanted: DataType, nullable: bool, path: list[str]
    ) -> Column:
        if own == wanted:
            return value
        if isinstance(own, StructType) and isinstance(wanted, StructType):
            return self._struct(value, own, wanted, nullable, path)
        if isinstance(own, ArrayType) and isinstance(wanted, ArrayType):
            return self._array(value, own, wanted, path)
        if isinstance(own, MapType) and isinstance(wanted, MapType):
            return self._map(value, own, wanted, path)
        if not _fits(own, wanted):
            name, given, needed = _path(path), f'"{_sql(own)}"', f'"{_sql(wanted)}"'
            raise analysis_error(
                "INVALID_COLUMN_OR_FIELD_DATA_TYPE",
                f"Column or field {name} is of type {given} while it's required to be {needed}.",
                {"name": name, "type": given, "expectedType": needed},
                "42000",
            )
        if not self._is_ansi and isinstance(own, NumericType) and isinstance(wanted, NumericType):
            not_implemented("DataFrame.to with other numbers and spark.sql.ansi.enabled=false")
        return value.cast(wanted)

    def _struct(
        self, value: Column, own: StructType, wanted: StructType, nullable: bool, path: list[str]
    ) -> Column:
        from caudal.sql import functions as F

        parts = []
        for field in wanted.fields:
            found = self.find(own, field, path)
            if found is None:
                part = _null(field.dataType)
            else:
                part = self.value(value.getField(found.name), found, field, [*path, field.name])
            parts.append(part.alias(field.name))
        made = F.struct(*parts)
        return F.when(value.isNotNull(), made) if nullable else made

    def _array(self, value: Column, own: ArrayType, wanted: ArrayType, path: list[str]) -> Column:
        from caudal.sql import functions as F

        _check_nulls(own.containsNull, wanted.containsNull, [*path, "element"])
        inner = own.elementType, wanted.elementType, own.containsNull, [*path, "element"]
        return F.transform(value, lambda element: self._typed(element, *inner))

    def _map(self, value: Column, own: MapType, wanted: MapType, path: list[str]) -> Column:
        from caudal.sql import functions as F

        _check_nulls(own.valueContainsNull, wanted.valueContainsNull, [*path, "value"])
        if own.keyType != wanted.keyType:
            keys = own.keyType, wanted.keyType, False, [*path, "key"]
            value = F.transform_keys(value, lambda key, _: self._typed(key, *keys))
        values = own.valueType, wanted.valueType, own.valueContainsNull, [*path, "value"]
        return F.transform_values(value, lambda _, entry: self._typed(entry, *values))


def _check_nulls(own: bool, wanted: bool, path: list[str]) -> None:
    if own and not wanted:
        name = _path(path)
        raise analysis_error(
            "NULLABLE_COLUMN_OR_FIELD",
            f"Column or field {name} is nullable while it's required to be non-nullable.",
            {"name": name},
            "42000",
        )


def _fits(own: DataType, wanted: DataType) -> bool:
    """Whether a value of one plain type goes into a column of another."""
    if isinstance(own, NullType):
        return True
    if isinstance(own, NumericType) and isinstance(wanted, NumericType):
        return True
    if isinstance(wanted, StringType):
        return isinstance(own, AtomicType)
    return isinstance(own, _TIMES) and isinstance(wanted, _TIMES)


def _null(data_type: DataType) -> Column:
    from caudal.sql import functions as F

    return F.lit(None).cast(data_type)


def _path(names: list[str]) -> str:
    return ".".join(quoted(name) for name in names)


def _sql(data_type: DataType) -> str:
    return data_type.simpleString().upper()


def _missing(own: StructType, name: str, path: list[str]) -> NoReturn:
    shown = quoted(name)
    proposal = ", ".join(quoted(f.name) for f in own.fields)
    if path:
        raise analysis_error(
            "UNRESOLVED_FIELD.WITH_SUGGESTION",
            f"A field with name {shown} cannot be resolved with the struct-type column "
            f"{_path(path)}. Did you mean one of the following? [{proposal}].",
            {"fieldName": shown, "columnPath": _path(path), "proposal": proposal},
            "42703",
        )
    raise analysis_error(
        "UNRESOLVED_COLUMN.WITH_SUGGESTION",
        f"A column, variable, or function parameter with name {shown} cannot be resolved. Did "
        f"you mean one of the following? [{proposal}].",
        {"objectName": shown, "proposal": proposal},
        "42703",
    )
