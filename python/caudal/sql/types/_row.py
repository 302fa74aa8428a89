"""`Row`: a tuple whose values have names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from caudal.errors import (
    PySparkAttributeError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)


def _create_row(fields: Any, values: Sequence[Any]) -> Row:
    row = tuple.__new__(Row, values)
    row.__fields__ = fields
    return row


class Row(tuple[Any, ...]):
    """A row of a DataFrame: a tuple with names.

    Made with names (``Row(a=1, b=2)``), or in two steps: ``Point = Row("x", "y")``, then
    ``Point(1, 2)``. Values are read as ``row.a``, ``row["a"]`` or ``row[0]``; ``"a" in row``
    asks for a name. Equality and order are those of the tuple: names do not count.

    Raises
    ------
    PySparkValueError
        For names and unnamed values together (``CANNOT_SET_TOGETHER``).

    Examples
    --------
    >>> from caudal.sql import Row
    >>> row = Row(name="Ada", age=36)
    >>> row, row.name, row["age"], "age" in row
    (Row(name='Ada', age=36), 'Ada', 36, True)
    >>> Point = Row("x", "y")
    >>> Point(1, 2).asDict()
    {'x': 1, 'y': 2}
    """

    __fields__: Any

    def __new__(cls, *args: Any, **kwargs: Any) -> Row:
        if args and kwargs:
            raise PySparkValueError(
                errorClass="CANNOT_SET_TOGETHER", messageParameters={"arg_list": "args and kwargs"}
            )
        if kwargs:
            row = tuple.__new__(cls, list(kwargs.values()))
            row.__fields__ = list(kwargs.keys())
            return row
        return tuple.__new__(cls, args)

    def asDict(self, recursive: bool = False) -> dict[str, Any]:
        """The row as a dictionary.

        Parameters
        ----------
        recursive
            Also rows inside of lists, dictionaries and other rows.

        Raises
        ------
        PySparkTypeError
            For a row without names.

        Examples
        --------
        >>> from caudal.sql import Row
        >>> Row(a=1, b=Row(c=2)).asDict(recursive=True)
        {'a': 1, 'b': {'c': 2}}
        """
        if not hasattr(self, "__fields__"):
            raise PySparkTypeError(
                errorClass="CANNOT_CONVERT_TYPE",
                messageParameters={"from_type": "Row", "to_type": "dict"},
            )
        if not recursive:
            return dict(zip(self.__fields__, self, strict=False))

        def plain(value: Any) -> Any:
            if isinstance(value, Row):
                return value.asDict(True)
            if isinstance(value, list):
                return [plain(v) for v in value]
            if isinstance(value, dict):
                return {k: plain(v) for k, v in value.items()}
            return value

        return {name: plain(v) for name, v in zip(self.__fields__, self, strict=False)}

    def __contains__(self, item: Any) -> bool:
        if hasattr(self, "__fields__"):
            return item in self.__fields__
        return super().__contains__(item)

    def __call__(self, *args: Any) -> Row:
        """A row with this one's values as its names."""
        if len(args) > len(self):
            raise PySparkValueError(
                errorClass="TOO_MANY_VALUES",
                messageParameters={
                    "expected": str(len(self)),
                    "item": "fields",
                    "actual": str(len(args)),
                },
            )
        return _create_row(self, args)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, (int, slice)):
            return super().__getitem__(item)
        fields = self.__fields__
        try:
            return super().__getitem__(fields.index(item))
        except IndexError:
            raise KeyError(item) from None
        except ValueError:
            raise PySparkValueError(item) from None

    def __getattr__(self, item: str) -> Any:
        if not item.startswith("__"):
            try:
                return self[self.__fields__.index(item)]
            except (IndexError, ValueError):
                pass
        raise PySparkAttributeError(
            errorClass="ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": item}
        )

    def __setattr__(self, key: str, value: Any) -> None:
        if key != "__fields__":
            raise PySparkRuntimeError(errorClass="READ_ONLY", messageParameters={"object": "Row"})
        self.__dict__[key] = value

    def __reduce__(self) -> Any:
        if hasattr(self, "__fields__"):
            return (_create_row, (self.__fields__, tuple(self)))
        return tuple.__reduce__(self)

    def __repr__(self) -> str:
        if hasattr(self, "__fields__"):
            pairs = zip(self.__fields__, tuple(self), strict=False)
            return f"Row({', '.join(f'{name}={value!r}' for name, value in pairs)})"
        return f"<Row({', '.join(repr(value) for value in self)})>"
