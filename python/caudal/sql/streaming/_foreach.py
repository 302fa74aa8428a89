"""`foreach`: a function or an object of the user's as one call for each batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from caudal.errors import PySparkAttributeError

_PARTITION = 0
"""A stream's rows are one partition here."""


def _not_callable(name: str) -> PySparkAttributeError:
    return PySparkAttributeError(
        errorClass="ATTRIBUTE_NOT_CALLABLE",
        messageParameters={"attr_name": name, "obj_name": "f"},
    )


def foreach_function(f: Any) -> Callable[[int, Iterable[list[Any]]], None]:
    """What the sink calls with the number of a batch and its rows, list by list."""
    if callable(f):

        def each(epoch: int, lists: Iterable[list[Any]]) -> None:
            for rows in lists:
                for row in rows:
                    f(row)

        return each
    if not callable(getattr(f, "process", None)):
        raise _not_callable("process")
    for name in ("open", "close"):
        if hasattr(f, name) and not callable(getattr(f, name)):
            raise _not_callable(name)

    def opened(epoch: int, lists: Iterable[list[Any]]) -> None:
        is_wanted = f.open(_PARTITION, epoch) if hasattr(f, "open") else True
        error: Exception | None = None
        try:
            if is_wanted:
                for rows in lists:
                    for row in rows:
                        f.process(row)
        except Exception as raised:
            error = raised
        finally:
            if hasattr(f, "close"):
                f.close(error)
        if error is not None:
            raise error

    return opened
