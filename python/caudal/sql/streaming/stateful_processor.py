"""`StatefulProcessor`: what `transformWithState` calls, and the state it can have."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caudal.sql.streaming._processor import Batch, Variable
    from caudal.sql.types import StructType

__all__ = ["StatefulProcessor", "StatefulProcessorHandle"]


class ValueState:
    """One value for each key."""

    def __init__(self, variable: Variable) -> None:
        self._variable = variable

    def exists(self) -> bool:
        """Whether the key has a value."""
        return self._variable.read() is not None

    def get(self) -> tuple[Any, ...] | None:
        """The key's value, or None."""
        return self._variable.read()

    def update(self, newValue: tuple[Any, ...]) -> None:
        """Sets the key's value."""
        self._variable.write(newValue)

    def clear(self) -> None:
        """Forgets the key's value."""
        self._variable.erase()


class TimerValues:
    """The times of the batch, in milliseconds; -1 where the time mode has none."""

    def __init__(self, currentProcessingTimeInMs: int = -1, currentWatermarkInMs: int = -1) -> None:
        self._currentProcessingTimeInMs = currentProcessingTimeInMs
        self._currentWatermarkInMs = currentWatermarkInMs

    def getCurrentProcessingTimeInMs(self) -> int:
        """When the batch began."""
        return self._currentProcessingTimeInMs

    def getCurrentWatermarkInMs(self) -> int:
        """The watermark."""
        return self._currentWatermarkInMs


class ExpiredTimerInfo:
    """The timer that has fired."""

    def __init__(self, expiryTimeInMs: int = -1) -> None:
        self._expiryTimeInMs = expiryTimeInMs

    def getExpiryTimeInMs(self) -> int:
        """The moment for which it was registered, in milliseconds."""
        return self._expiryTimeInMs


class ListState:
    """A list of values for each key."""

    def __init__(self, variable: Variable) -> None:
        self._variable = variable

    def exists(self) -> bool:
        """Whether the key has values."""
        return bool(self._variable.items())

    def get(self) -> Iterator[tuple[Any, ...]]:
        """The key's values, in the order in which they were added."""
        return iter([value for _, value in self._variable.items()])

    def put(self, newState: list[tuple[Any, ...]]) -> None:
        """Sets the key's values, of which there must be one at least."""
        self._variable.replace(newState)

    def appendValue(self, newState: tuple[Any, ...]) -> None:
        """Adds a value."""
        self._variable.append([newState])

    def appendList(self, newState: list[tuple[Any, ...]]) -> None:
        """Adds values, of which there must be one at least."""
        self._variable.append(newState)

    def clear(self) -> None:
        """Forgets the key's values."""
        self._variable.erase()


class MapState:
    """Values by a key of the user's, for each key."""

    def __init__(self, variable: Variable) -> None:
        self._variable = variable

    def exists(self) -> bool:
        """Whether the key has values."""
        return bool(self._variable.items())

    def getValue(self, key: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """The value of a key of the user's, or None."""
        return self._variable.read(key)

    def containsKey(self, key: tuple[Any, ...]) -> bool:
        """Whether a key of the user's has a value."""
        return self._variable.read(key) is not None

    def updateValue(self, key: tuple[Any, ...], value: tuple[Any, ...]) -> None:
        """Sets the value of a key of the user's."""
        self._variable.write(value, key)

    def iterator(self) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        """The user's keys with their values."""
        return iter(self._variable.pairs())

    def keys(self) -> Iterator[tuple[Any, ...]]:
        """The user's keys."""
        return iter([key for key, _ in self._variable.pairs()])

    def values(self) -> Iterator[tuple[Any, ...]]:
        """The values."""
        return iter([value for _, value in self._variable.items()])

    def removeKey(self, key: tuple[Any, ...]) -> None:
        """Forgets the value of a key of the user's."""
        self._variable.erase_key(key)

    def clear(self) -> None:
        """Forgets all values of the key."""
        self._variable.erase()


class StatefulProcessorHandle:
    """What a processor gets in ``init``: it makes state variables and timers.

    Schemas are given as a ``StructType`` or as DDL text. With `ttlDurationMs` a value is
    gone so many milliseconds of processing time after it was last set.
    """

    def __init__(self, batch: Batch) -> None:
        self._batch = batch

    def getValueState(
        self, stateName: str, schema: StructType | str, ttlDurationMs: int | None = None
    ) -> ValueState:
        """A variable with one value for each key; only within ``init``."""
        return ValueState(self._batch.variable("value", stateName, schema, None, ttlDurationMs))

    def getListState(
        self, stateName: str, schema: StructType | str, ttlDurationMs: int | None = None
    ) -> ListState:
        """A variable with a list for each key; only within ``init``."""
        return ListState(self._batch.variable("list", stateName, schema, None, ttlDurationMs))

    def getMapState(
        self,
        stateName: str,
        userKeySchema: StructType | str,
        valueSchema: StructType | str,
        ttlDurationMs: int | None = None,
    ) -> MapState:
        """A variable with values by a key of the user's; only within ``init``."""
        return MapState(
            self._batch.variable("map", stateName, valueSchema, userKeySchema, ttlDurationMs)
        )

    def registerTimer(self, expiryTimestampMs: int) -> None:
        """``handleExpiredTimer`` is called for this key when that moment is there."""
        self._batch.register_timer(expiryTimestampMs)

    def deleteTimer(self, expiryTimestampMs: int) -> None:
        """Takes a timer of this key back."""
        self._batch.delete_timer(expiryTimestampMs)

    def listTimers(self) -> Iterator[int]:
        """The moments of this key's timers."""
        return self._batch.list_timers()

    def deleteIfExists(self, stateName: str) -> None:
        """Forgets a variable with all its values; only within ``init``."""
        self._batch.delete_variable(stateName)


class StatefulProcessor(ABC):
    """The user's logic for `transformWithState` and `transformWithStateInPandas`.

    Rows come and go as ``Row`` under the first, as pandas frames under the second.
    """

    @abstractmethod
    def init(self, handle: StatefulProcessorHandle) -> None:
        """Called first in every batch: makes the state variables."""

    @abstractmethod
    def handleInputRows(self, key: Any, rows: Any, timerValues: TimerValues) -> Any:
        """The rows of one key: an iterator in, an iterator of what comes out."""

    def handleExpiredTimer(
        self, key: Any, timerValues: TimerValues, expiredTimerInfo: ExpiredTimerInfo
    ) -> Any:
        """A timer of this key has fired; gives an iterator of what comes out."""
        return iter([])

    def close(self) -> None:  # noqa: B027 (may be left out)
        """Called last in every batch."""

    def handleInitialState(  # noqa: B027 (may be left out)
        self, key: Any, initialState: Any, timerValues: TimerValues
    ) -> None:
        """One frame or row of the initial state for this key, in the first batch."""
