"""Types with parts: arrays, maps, structs and their fields.

Reading them from JSON or DDL is in `_parse`, drawing their tree in `_tree`.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

from caudal.errors import (
    PySparkIndexError,
    PySparkKeyError,
    PySparkTypeError,
    PySparkValueError,
)
from caudal.sql.types._base import DataType, StringType
from caudal.sql.types._row import Row, _create_row
from caudal.sql.types._special import VariantVal

_COLLATIONS = "__COLLATIONS"


def _require_type(value: object, what: str) -> None:
    assert isinstance(value, DataType), f"{what} {value} should be an instance of {DataType}"


class ArrayType(DataType):
    """A list of values of one type.

    Parameters
    ----------
    elementType
        Type of the elements.
    containsNull
        Whether an element may be null.

    Examples
    --------
    >>> from caudal.sql.types import ArrayType, StringType
    >>> ArrayType(StringType()).simpleString()
    'array<string>'
    """

    def __init__(self, elementType: DataType, containsNull: bool = True):
        _require_type(elementType, "elementType")
        self.elementType = elementType
        self.containsNull = containsNull

    def simpleString(self) -> str:
        return f"array<{self.elementType.simpleString()}>"

    def __repr__(self) -> str:
        return f"ArrayType({self.elementType}, {self.containsNull})"

    def jsonValue(self) -> dict[str, Any]:
        return {
            "type": self.typeName(),
            "elementType": _plain(self.elementType).jsonValue(),
            "containsNull": self.containsNull,
        }

    @classmethod
    def fromJson(
        cls,
        json: dict[str, Any],
        fieldPath: str = "",
        collationsMap: dict[str, str] | None = None,
    ) -> ArrayType:
        """The type that :meth:`jsonValue` describes."""
        from caudal.sql.types._parse import _parse_datatype_json_value as parse

        path = f"{fieldPath}.element" if fieldPath else "element"
        return cls(parse(json["elementType"], path, collationsMap), json["containsNull"])

    def toNullable(self) -> ArrayType:
        """The same type with every part allowed to be null."""
        return self._as_nullable()

    def _as_nullable(self) -> ArrayType:
        return ArrayType(self.elementType._as_nullable(), True)

    def needConversion(self) -> bool:
        return self.elementType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        return None if obj is None else [self.elementType.toInternal(v) for v in obj]

    def fromInternal(self, obj: Any) -> Any:
        return None if obj is None else [self.elementType.fromInternal(v) for v in obj]


class MapType(DataType):
    """Keys of one type, each with a value of another.

    Parameters
    ----------
    keyType, valueType
        Types of keys and values; a key is never null.
    valueContainsNull
        Whether a value may be null.
    """

    def __init__(self, keyType: DataType, valueType: DataType, valueContainsNull: bool = True):
        _require_type(keyType, "keyType")
        _require_type(valueType, "valueType")
        self.keyType = keyType
        self.valueType = valueType
        self.valueContainsNull = valueContainsNull

    def simpleString(self) -> str:
        return f"map<{self.keyType.simpleString()},{self.valueType.simpleString()}>"

    def __repr__(self) -> str:
        return f"MapType({self.keyType}, {self.valueType}, {self.valueContainsNull})"

    def jsonValue(self) -> dict[str, Any]:
        return {
            "type": self.typeName(),
            "keyType": _plain(self.keyType).jsonValue(),
            "valueType": _plain(self.valueType).jsonValue(),
            "valueContainsNull": self.valueContainsNull,
        }

    @classmethod
    def fromJson(
        cls,
        json: dict[str, Any],
        fieldPath: str = "",
        collationsMap: dict[str, str] | None = None,
    ) -> MapType:
        """The type that :meth:`jsonValue` describes."""
        from caudal.sql.types._parse import _parse_datatype_json_value as parse

        prefix = f"{fieldPath}." if fieldPath else ""
        return cls(
            parse(json["keyType"], prefix + "key", collationsMap),
            parse(json["valueType"], prefix + "value", collationsMap),
            json["valueContainsNull"],
        )

    def toNullable(self) -> MapType:
        """The same type with every part allowed to be null."""
        return self._as_nullable()

    def _as_nullable(self) -> MapType:
        return MapType(self.keyType._as_nullable(), self.valueType._as_nullable(), True)

    def needConversion(self) -> bool:
        return self.keyType.needConversion() or self.valueType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        if obj is None:
            return None
        return {self.keyType.toInternal(k): self.valueType.toInternal(v) for k, v in obj.items()}

    def fromInternal(self, obj: Any) -> Any:
        if obj is None:
            return None
        return {
            self.keyType.fromInternal(k): self.valueType.fromInternal(v) for k, v in obj.items()
        }


class StructField(DataType):
    """A named part of a struct.

    Parameters
    ----------
    name
        The field's name.
    dataType
        Its type.
    nullable
        Whether it may be null.
    metadata
        Values that travel with the field; not shown by `repr`.
    """

    def __init__(
        self,
        name: str,
        dataType: DataType,
        nullable: bool = True,
        metadata: dict[str, Any] | None = None,
    ):
        _require_type(dataType, "dataType")
        assert isinstance(name, str), f"field name {name} should be a string"
        self.name = name
        self.dataType = dataType
        self.nullable = nullable
        self.metadata = metadata or {}

    def simpleString(self) -> str:
        return f"{self.name}:{self.dataType.simpleString()}"

    def __repr__(self) -> str:
        return f"StructField('{self.name}', {self.dataType}, {self.nullable})"

    def jsonValue(self) -> dict[str, Any]:
        metadata = dict(self.metadata)
        collations = self.getCollationMetadata()
        if collations:
            metadata[_COLLATIONS] = collations
        return {
            "name": self.name,
            "type": _plain(self.dataType).jsonValue(),
            "nullable": self.nullable,
            "metadata": metadata,
        }

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> StructField:
        """The field that :meth:`jsonValue` describes."""
        from caudal.sql.types._parse import _parse_datatype_json_value as parse

        metadata = dict(json.get("metadata") or {})
        collations = {
            path: name.split(".")[-1] for path, name in metadata.pop(_COLLATIONS, {}).items()
        }
        return cls(
            json["name"],
            parse(json["type"], json["name"], collations),
            json.get("nullable", True),
            metadata,
        )

    def getCollationsMap(self, metadata: dict[str, Any]) -> dict[str, str]:
        """Path to collation, as a field's metadata holds them."""
        found = metadata.get(_COLLATIONS, {})
        return {path: name.split(".")[1] for path, name in found.items()}

    def getCollationMetadata(self) -> dict[str, str]:
        """Path to ``provider.collation`` for every part that is not compared byte by byte."""
        found: dict[str, str] = {}

        def visit(dt: DataType, path: str) -> None:
            if isinstance(dt, ArrayType):
                visit(dt.elementType, f"{path}.element")
            elif isinstance(dt, MapType):
                visit(dt.keyType, f"{path}.key")
                visit(dt.valueType, f"{path}.value")
            elif isinstance(dt, StringType) and not dt.isUTF8BinaryCollation():
                found[path] = self.schemaCollationValue(dt)

        visit(self.dataType, self.name)
        return found

    def schemaCollationValue(self, dt: DataType) -> str:
        """``provider.collation`` of a text type."""
        assert isinstance(dt, StringType)
        return f"{StringType.collationProvider(dt.collation)}.{dt.collation}"

    def needConversion(self) -> bool:
        return self.dataType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        return self.dataType.toInternal(obj)

    def fromInternal(self, obj: Any) -> Any:
        return self.dataType.fromInternal(obj)

    def typeName(self) -> str:  # type: ignore[override]
        raise PySparkTypeError(errorClass="INVALID_TYPENAME_CALL", messageParameters={})


class StructType(DataType):
    """Named fields in an order: the type of a row.

    Parameters
    ----------
    fields
        The fields; none gives an empty struct to which :meth:`add` adds.

    Examples
    --------
    >>> from caudal.sql.types import LongType, StringType, StructType
    >>> schema = StructType().add("id", LongType(), False).add("name", StringType())
    >>> schema.simpleString(), schema.fieldNames(), schema["id"].nullable
    ('struct<id:bigint,name:string>', ['id', 'name'], False)
    """

    def __init__(self, fields: list[StructField] | None = None):
        self.fields: list[StructField] = fields if fields else []
        self.names: list[str] = [f.name for f in self.fields]
        assert all(isinstance(f, StructField) for f in self.fields), (
            "fields should be a list of StructField"
        )

    @overload
    def add(
        self,
        field: str,
        data_type: str | DataType,
        nullable: bool = True,
        metadata: dict[str, Any] | None = None,
    ) -> StructType: ...

    @overload
    def add(self, field: StructField) -> StructType: ...

    def add(
        self,
        field: str | StructField,
        data_type: str | DataType | None = None,
        nullable: bool = True,
        metadata: dict[str, Any] | None = None,
    ) -> StructType:
        """Adds a field in place and returns this struct.

        Parameters
        ----------
        field
            A whole field, or the name of one.
        data_type
            With a name: the type, or its name in JSON schemas (``integer``, not ``int``).
        nullable, metadata
            As in :class:`StructField`.

        Raises
        ------
        PySparkValueError
            Without a type (``ARGUMENT_REQUIRED``) or with a name that is no type.
        """
        if isinstance(field, StructField):
            new = field
        else:
            if data_type is None:
                raise PySparkValueError(
                    errorClass="ARGUMENT_REQUIRED",
                    messageParameters={
                        "arg_name": "data_type",
                        "condition": "passing name of struct_field to create",
                    },
                )
            if isinstance(data_type, str):
                from caudal.sql.types._parse import _parse_datatype_json_value as parse

                data_type = parse(data_type)
            new = StructField(field, data_type, nullable, metadata)
        self.fields.append(new)
        self.names.append(new.name)
        return self

    def __iter__(self) -> Iterator[StructField]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            for field in self.fields:
                if field.name == key:
                    return field
            raise PySparkKeyError(errorClass="KEY_NOT_EXISTS", messageParameters={"key": key})
        if isinstance(key, int):
            try:
                return self.fields[key]
            except IndexError:
                raise PySparkIndexError(
                    errorClass="INDEX_OUT_OF_RANGE",
                    messageParameters={"arg_name": "StructType", "index": str(key)},
                ) from None
        if isinstance(key, slice):
            return StructType(self.fields[key])
        raise PySparkTypeError(
            errorClass="NOT_EXPECTED_TYPE",
            messageParameters={
                "expected_type": "int, slice or str",
                "arg_name": "key",
                "arg_type": type(key).__name__,
            },
        )

    def simpleString(self) -> str:
        return f"struct<{','.join(f.simpleString() for f in self.fields)}>"

    def __repr__(self) -> str:
        return f"StructType([{', '.join(str(f) for f in self.fields)}])"

    def jsonValue(self) -> dict[str, Any]:
        return {"type": self.typeName(), "fields": [f.jsonValue() for f in self.fields]}

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> StructType:
        """The struct that :meth:`jsonValue` describes."""
        return cls([StructField.fromJson(f) for f in json["fields"]])

    def fieldNames(self) -> list[str]:
        """The names, in order."""
        return list(self.names)

    def toDDL(self) -> str:
        """The fields as DDL text, for example ``a INT NOT NULL,b STRING``."""
        from caudal.sql.types._tree import to_ddl

        return to_ddl(self)

    def toNullable(self) -> StructType:
        """The same struct with every part allowed to be null."""
        return self._as_nullable()

    def _as_nullable(self) -> StructType:
        return StructType(
            [StructField(f.name, f.dataType._as_nullable(), True, f.metadata) for f in self.fields]
        )

    def treeString(self, maxDepth: int = 2147483647) -> str:
        """The tree that ``printSchema`` prints, to a depth of `maxDepth` levels."""
        from caudal.sql.types._tree import tree_string

        return tree_string(self, maxDepth)

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> Any:
        if obj is None:
            return None
        if isinstance(obj, VariantVal):
            raise PySparkValueError("Rows cannot be of type VariantVal")
        if isinstance(obj, (tuple, list)):
            return tuple(f.toInternal(v) for f, v in zip(self.fields, obj, strict=False))
        values = obj if isinstance(obj, dict) else getattr(obj, "__dict__", None)
        if values is None:
            raise PySparkValueError(
                errorClass="UNEXPECTED_TUPLE_WITH_STRUCT", messageParameters={"tuple": str(obj)}
            )
        return tuple(f.toInternal(values.get(f.name)) for f in self.fields)

    def fromInternal(self, obj: Any) -> Any:
        if obj is None or isinstance(obj, Row):
            return obj
        values = [f.fromInternal(v) for f, v in zip(self.fields, obj, strict=False)]
        return _create_row(self.names, values)


def _plain(dt: DataType) -> DataType:
    """Text without its collation, which JSON keeps in the field's metadata."""
    return StringType() if isinstance(dt, StringType) else dt
