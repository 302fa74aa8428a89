"""User defined types: a Python class stored as one of the other types."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from caudal._missing import not_implemented
from caudal.sql.types._base import DataType
from caudal.sql.types._nested import ArrayType, MapType, StructType
from caudal.sql.types._row import _create_row


class UserDefinedType(DataType):
    """Base of types of one's own: override `sqlType`, `module`, `serialize`, `deserialize`."""

    @classmethod
    def typeName(cls) -> str:
        return cls.__name__.lower()

    @classmethod
    def sqlType(cls) -> DataType:
        """The type in which values are stored."""
        not_implemented("sqlType()")

    @classmethod
    def module(cls) -> str:
        """The Python module of the class."""
        not_implemented("module()")

    @classmethod
    def scalaUDT(cls) -> str:
        """The class on the other side: none."""
        return ""

    def needConversion(self) -> bool:
        return True

    def serialize(self, obj: Any) -> Any:
        """The stored form of a user's value."""
        not_implemented("toInternal()")

    def deserialize(self, datum: Any) -> Any:
        """The user's value of a stored form."""
        not_implemented("fromInternal()")

    def toInternal(self, obj: Any) -> Any:
        return None if obj is None else self.sqlType().toInternal(self.serialize(obj))

    def fromInternal(self, obj: Any) -> Any:
        stored = self.sqlType().fromInternal(obj)
        return None if stored is None else self.deserialize(stored)

    def simpleString(self) -> str:
        return "udt"

    def jsonValue(self) -> dict[str, Any]:
        """The form that a schema's JSON and Parquet files hold: it names the class.

        PySpark also puts the pickled class into it. Here no class is unpickled because a
        file says so, and none is written.
        """
        found = {"type": "udt", "pyClass": f"{self.module()}.{type(self).__name__}"}
        if self.scalaUDT():
            found["class"] = self.scalaUDT()
        return {**found, "sqlType": self.sqlType().jsonValue()}

    def json(self) -> str:
        return super().json()

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> UserDefinedType:
        """The type that a JSON form names.

        Raises
        ------
        ModuleNotFoundError, AttributeError
            Where the class cannot be imported.
        """
        module, _, name = json["pyClass"].rpartition(".")
        found: UserDefinedType = getattr(importlib.import_module(module), name)()
        return found

    def __eq__(self, other: Any) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self).__name__)


def maker(kind: DataType) -> Callable[[Any], Any] | None:
    """What makes a user's values, at any depth, of those that Arrow gives of a type.

    None where there is nothing to make.
    """
    if isinstance(kind, UserDefinedType):
        stored = _of_arrow(kind.sqlType())
        return lambda value: None if value is None else kind.deserialize(stored(value))
    return _of_arrow(kind) if _holds(kind) else None


def _holds(kind: DataType) -> bool:
    if isinstance(kind, ArrayType):
        return _holds(kind.elementType)
    if isinstance(kind, MapType):
        return _holds(kind.keyType) or _holds(kind.valueType)
    if isinstance(kind, StructType):
        return any(_holds(field.dataType) for field in kind.fields)
    return isinstance(kind, UserDefinedType)


def _of_arrow(kind: DataType) -> Callable[[Any], Any]:
    """Values as `collect` has them: rows for structs, dicts for maps."""
    if isinstance(kind, UserDefinedType):
        made = maker(kind)
        assert made is not None
        return made
    if isinstance(kind, ArrayType):
        element = _of_arrow(kind.elementType)
        return lambda value: None if value is None else [element(v) for v in value]
    if isinstance(kind, MapType):
        key, item = _of_arrow(kind.keyType), _of_arrow(kind.valueType)
        return lambda value: None if value is None else {key(k): item(v) for k, v in value}
    if isinstance(kind, StructType):
        names = kind.names
        parts = [_of_arrow(field.dataType) for field in kind.fields]

        def row(value: Any) -> Any:
            if value is None:
                return None
            cells = (part(value[name]) for name, part in zip(names, parts, strict=True))
            return _create_row(names, tuple(cells))

        return row
    return lambda value: value
