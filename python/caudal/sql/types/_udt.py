"""User defined types: a Python class stored as one of the other types."""

from __future__ import annotations

import importlib
from typing import Any

from caudal._missing import not_implemented
from caudal.sql.types._base import DataType


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

