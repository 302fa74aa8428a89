"""`Broadcast`: a value that tasks share. Tasks run in this process, so it is the value itself."""

from __future__ import annotations

from typing import Generic, TypeVar

__all__ = ["Broadcast"]

T = TypeVar("T")


class Broadcast(Generic[T]):
    """A value that was shared with ``sparkContext.broadcast``.

    Examples
    --------
    >>> names = spark.sparkContext.broadcast({"es": "Spain"})
    >>> spark.sparkContext.parallelize(["es"]).map(lambda code: names.value[code]).collect()
    ['Spain']
    """

    def __init__(self, value: T):
        self._value = value

    @property
    def value(self) -> T:
        """The value."""
        return self._value

    def unpersist(self, blocking: bool = False) -> None:
        """Frees what other processes hold of it: there are none, and the value stays."""

    def destroy(self, blocking: bool = False) -> None:
        """Says that nobody needs it any more; it goes with the last who holds it."""
