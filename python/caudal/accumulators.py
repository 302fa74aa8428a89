"""`Accumulator`: a number that tasks add to. Tasks run in this process, one after the other."""

from __future__ import annotations

import threading
from typing import Any, Generic, TypeVar

__all__ = ["Accumulator", "AccumulatorParam"]

T = TypeVar("T")


class AccumulatorParam(Generic[T]):
    """How values of a kind are added; to be derived from."""

    def zero(self, value: T) -> T:
        """A value that adds nothing to `value`."""
        raise NotImplementedError

    def addInPlace(self, value1: T, value2: T) -> T:
        """The sum; `value1` may become it."""
        raise NotImplementedError


class _Numbers(AccumulatorParam[Any]):
    """Numbers add as they do."""

    def zero(self, value: Any) -> Any:
        return type(value)(0)

    def addInPlace(self, value1: Any, value2: Any) -> Any:
        return value1 + value2


class Accumulator(Generic[T]):
    """What ``sparkContext.accumulator`` makes.

    Examples
    --------
    >>> seen = spark.sparkContext.accumulator(0)
    >>> spark.sparkContext.parallelize([1, 2, 3]).foreach(seen.add)
    >>> seen.value
    6
    """

    def __init__(self, value: T, accum_param: AccumulatorParam[T] | None = None):
        if accum_param is None:
            if not isinstance(value, (int, float, complex)):
                raise TypeError(f"No default accumulator param for type {type(value)}")
            accum_param = _Numbers()
        self._value = value
        self.accum_param = accum_param
        self._lock = threading.Lock()

    @property
    def value(self) -> T:
        """The sum so far."""
        return self._value

    @value.setter
    def value(self, value: T) -> None:
        self._value = value

    def add(self, term: T) -> None:
        """Adds a value."""
        with self._lock:
            self._value = self.accum_param.addInPlace(self._value, term)

    def __iadd__(self, term: T) -> Accumulator[T]:
        self.add(term)
        return self

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return f"Accumulator<value={self._value}>"
