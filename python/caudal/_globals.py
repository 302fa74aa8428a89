"""The mark of an argument that was not given, where None means something."""

from __future__ import annotations

from typing import Final


class _NoValueType:
    """The type of `_NoValue`: one instance, shown as ``<no value>``."""

    _instance: _NoValueType | None = None

    def __new__(cls) -> _NoValueType:
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return (self.__class__, ())

    def __repr__(self) -> str:
        return "<no value>"


_NoValue: Final = _NoValueType()
