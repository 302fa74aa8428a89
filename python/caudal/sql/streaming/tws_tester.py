"""`TwsTester`: a processor of `transformWithState`, called key by key without a query.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from caudal.errors import (
    IllegalArgumentException,
    PySparkAssertionError,
    PySparkValueError,
)
from caudal.sql.streaming.stateful_processor import (
    ExpiredTimerInfo,
    ListState,
    MapState,
    StatefulProcessor,
    StatefulProcessorHandle,
    TimerValues,
    ValueState,
)

if TYPE_CHECKING:
    from caudal.sql.streaming._processor import Variable
    from caudal.sql.types import Row, StructType

__all__ = ["TwsTester"]

_NO_TIME = "none"
_PROCESSING_TIME = "processingtime"
_EVENT_TIME = "eventtime"


class _Kept:
    """What a state holds for each grouping key; stands where a query has its `Variable`."""

    def __init__(self, handle: _Handle) -> None:
        self._handle = handle
        self.of_keys: dict[Any, Any] = {}

    def own(self) -> Any:
        return self.of_keys.get(self._handle.key)

    def erase(self) -> None:
        self.of_keys.pop(self._handle.key, None)

    def read(self, user_key: Any = None) -> Any:
        own = self.own()
        return own if user_key is None or own is None else own.get(user_key)

    def write(self, value: Any, user_key: Any = None) -> None:
        if user_key is None:
            self.of_keys[self._handle.key] = value
        else:
            self.of_keys.setdefault(self._handle.key, {})[user_key] = value

    def items(self) -> list[tuple[Any, Any]]:
        own = self.own()
        pairs = own.items() if isinstance(own, dict) else enumerate(own or [])
        return list(pairs)

    def pairs(self) -> list[tuple[Any, Any]]:
        return self.items()

    def replace(self, values: list[Any]) -> None:
        self.of_keys[self._handle.key] = values

    def append(self, values: list[Any]) -> None:
        self.of_keys.setdefault(self._handle.key, []).extend(values)

    def erase_key(self, user_key: Any) -> None:
        (self.own() or {}).pop(user_key, None)


class _List(ListState):
    """A list that was set is there, also without values."""

    def exists(self) -> bool:
        return cast("_Kept", self._variable).own() is not None


class _Map(MapState):
    """A map that was set is there, also without entries."""

    def exists(self) -> bool:
        return cast("_Kept", self._variable).own() is not None

    def containsKey(self, key: tuple[Any, ...]) -> bool:
        return key in (cast("_Kept", self._variable).own() or {})


class _Handle(StatefulProcessorHandle):
    """States and timers in memory. A time to live says nothing here."""

    def __init__(self, time_mode: str) -> None:
        self.key: Any = None
        self.watermark = 0
        self.timers: dict[Any, set[int]] = {}
        self._time_mode = time_mode
        self.kept: dict[str, dict[str, _Kept]] = {"value": {}, "list": {}, "map": {}}

    def state(self, kind: str, name: str) -> _Kept:
        """The state of that name; asking for one that ``init`` did not make is an error."""
        kept = self.kept[kind].get(name)
        assert kept is not None, f"State {name} has not been initialized."
        return kept

    def _made(self, kind: str, name: str) -> Variable:
        return cast("Variable", self.kept[kind].setdefault(name, _Kept(self)))

    def getValueState(
        self, stateName: str, schema: StructType | str, ttlDurationMs: int | None = None
    ) -> ValueState:
        return ValueState(self._made("value", stateName))

    def getListState(
        self, stateName: str, schema: StructType | str, ttlDurationMs: int | None = None
    ) -> ListState:
        return _List(self._made("list", stateName))

    def getMapState(
        self,
        stateName: str,
        userKeySchema: StructType | str,
        valueSchema: StructType | str,
        ttlDurationMs: int | None = None,
    ) -> MapState:
        return _Map(self._made("map", stateName))

    def _check_timers(self) -> None:
        if self._time_mode == _NO_TIME:
            raise _unsupported("Timers with TimeMode.None")

    def registerTimer(self, expiryTimestampMs: int) -> None:
        self._check_timers()
        if self._time_mode == _EVENT_TIME and expiryTimestampMs <= self.watermark:
            raise IllegalArgumentException(
                f"Cannot register timer with expiry {expiryTimestampMs} ms which is not later "
                f"than the current watermark {self.watermark} ms."
            )
        self.timers.setdefault(self.key, set()).add(expiryTimestampMs)

    def deleteTimer(self, expiryTimestampMs: int) -> None:
        self._check_timers()
        own = self.timers.get(self.key, set())
        own.discard(expiryTimestampMs)
        if not own:
            self.timers.pop(self.key, None)

    def listTimers(self) -> Iterator[int]:
        self._check_timers()
        return iter(sorted(self.timers.get(self.key, ())))

    def deleteIfExists(self, stateName: str) -> None:
        for kept in self.kept.values():
            kept.pop(stateName, None)


class TwsTester:
    """Calls a :class:`StatefulProcessor` for one key after the other, without a query.

    The watermark moves only by :meth:`setWatermark`, and a time to live of a state says
    nothing. A whole query with a memory stream and a manual clock is tested with
    ``caudal.testing``.

    Parameters
    ----------
    processor : StatefulProcessor
        What is tested; its ``init`` is called at once.
    initialStateRow, initialStatePandas : list of (key, Row) or (key, DataFrame), optional
        What ``handleInitialState`` is called with; only one of the two.
    timeMode : str
        "None", "ProcessingTime" or "EventTime".
    outputMode : str
        Kept for the likeness of the call; what a processor gives does not depend on it.
    eventTimeExtractor : callable, optional
        From an input row to its event time in epoch milliseconds; needed with "EventTime".
        Rows whose time is not after the watermark are left out.

    Raises
    ------
    PySparkValueError
        ``ARGUMENT_REQUIRED`` with "EventTime" and no `eventTimeExtractor`.

    Examples
    --------
    >>> from caudal.sql import Row
    >>> from caudal.sql.streaming import StatefulProcessor, TwsTester
    >>> class Count(StatefulProcessor):
    ...     def init(self, handle):
    ...         self.count = handle.getValueState("count", "n int")
    ...     def handleInputRows(self, key, rows, timerValues):
    ...         (before,) = self.count.get() or (0,)
    ...         self.count.update((before + len(list(rows)),))
    ...         yield Row(key=key[0], count=self.count.get()[0])
    >>> tester = TwsTester(Count())
    >>> tester.test("a", [Row(v=1), Row(v=2)])
    [Row(key='a', count=2)]
    >>> tester.peekValueState("count", "a")
    (2,)
    """

    def __init__(
        self,
        processor: StatefulProcessor,
        initialStateRow: list[tuple[Any, Row]] | None = None,
        initialStatePandas: list[tuple[Any, Any]] | None = None,
        timeMode: str = "None",
        outputMode: str = "Append",
        eventTimeExtractor: Callable[[Any], int] | None = None,
    ) -> None:
        self.processor = processor
        self._time_mode = timeMode.lower()
        self._event_time = eventTimeExtractor
        self._in_pandas = initialStatePandas is not None
        self._processing_time = 0
        self.handle = _Handle(self._time_mode)
        assert self._time_mode in (_NO_TIME, _EVENT_TIME, _PROCESSING_TIME)
        if self._time_mode == _EVENT_TIME and eventTimeExtractor is None:
            raise PySparkValueError(
                errorClass="ARGUMENT_REQUIRED",
                messageParameters={
                    "arg_name": "eventTimeExtractor",
                    "condition": "timeMode is EventTime",
                },
            )
        processor.init(self.handle)
        if initialStateRow is not None:
            assert initialStatePandas is None, "Cannot specify both Row and Pandas initial states."
        for key, initial in initialStateRow or initialStatePandas or []:
            self.handle.key = key
            processor.handleInitialState((key,), initial, self._timer_values())

    def test(self, key: Any, input: list[Row]) -> list[Row]:
        """What the processor gives for rows of one key.

        Parameters
        ----------
        key : Any
            The grouping key.
        input : list of Row
            Its rows; late ones are left out in event time.
        """
        self._in_pandas = False
        self.handle.key = key
        rows = [row for row in input if not self._is_late(row)]
        given = self.processor.handleInputRows((key,), iter(rows), self._timer_values())
        return list(given)

    def testInPandas(self, key: Any, input: Any) -> Any:
        """What the processor gives for a pandas frame of one key, as one frame.

        Parameters
        ----------
        key : Any
            The grouping key.
        input : pandas.DataFrame
            Its rows; late ones are left out in event time.
        """
        self._in_pandas = True
        self.handle.key = key
        rows = input
        if self._time_mode == _EVENT_TIME:
            late = rows.apply(self._is_late, axis=1)
            rows = rows[~late.astype(bool)].reset_index(drop=True)
        given = self.processor.handleInputRows((key,), iter([rows]), self._timer_values())
        return _one_frame(list(given))

    def updateValueState(self, stateName: str, key: Any, value: tuple[Any, ...]) -> None:
        """Sets a value state for a key."""
        self.handle.state("value", stateName).of_keys[key] = value

    def peekValueState(self, stateName: str, key: Any) -> tuple[Any, ...] | None:
        """A value state of a key, or None."""
        return cast("tuple[Any, ...] | None", self._peek("value", stateName, key))

    def updateListState(self, stateName: str, key: Any, value: list[tuple[Any, ...]]) -> None:
        """Sets a list state for a key."""
        self.handle.state("list", stateName).of_keys[key] = value

    def peekListState(self, stateName: str, key: Any) -> list[tuple[Any, ...]]:
        """A list state of a key; empty where it has none."""
        return list(self._peek("list", stateName, key) or [])

    def updateMapState(
        self, stateName: str, key: Any, value: dict[tuple[Any, ...], tuple[Any, ...]]
    ) -> None:
        """Sets a map state for a key."""
        self.handle.state("map", stateName).of_keys[key] = dict(value)

    def peekMapState(self, stateName: str, key: Any) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """A map state of a key; empty where it has none."""
        return dict(self._peek("map", stateName, key) or {})

    def _peek(self, kind: str, name: str, key: Any) -> Any:
        kept = self.handle.state(kind, name)
        self.handle.key = key
        return kept.own()

    def deleteState(self, stateName: str, key: Any) -> None:
        """Forgets a state of a key.

        Raises
        ------
        PySparkAssertionError
            ``STATE_NOT_EXISTS`` where ``init`` made no state of that name.
        """
        self.handle.key = key
        for states in self.handle.kept.values():
            if stateName in states:
                states[stateName].erase()
                return
        raise PySparkAssertionError(errorClass="STATE_NOT_EXISTS", messageParameters={})

    def setProcessingTime(self, currentTimeMs: int) -> Any:
        """Moves the processing time on; gives what the timers that are due give.

        Parameters
        ----------
        currentTimeMs : int
            Epoch milliseconds, after the time before.
        """
        if self._time_mode != _PROCESSING_TIME:
            raise _unsupported("setProcessingTime with TimeMode other than ProcessingTime")
        _check_forward("Processing time", self._processing_time, currentTimeMs)
        self._processing_time = currentTimeMs
        return self._fire(currentTimeMs)

    def setWatermark(self, currentWatermarkMs: int) -> Any:
        """Moves the watermark on; gives what the timers that are due give.

        Parameters
        ----------
        currentWatermarkMs : int
            Epoch milliseconds, after the watermark before.
        """
        if self._time_mode != _EVENT_TIME:
            raise _unsupported("setWatermark with TimeMode other than EventTime")
        _check_forward("Watermark", self.handle.watermark, currentWatermarkMs)
        self.handle.watermark = currentWatermarkMs
        return self._fire(currentWatermarkMs)

    def _fire(self, now: int) -> Any:
        given: list[Any] = []
        for key in list(self.handle.timers):
            self.handle.key = key
            for moment in [m for m in self.handle.listTimers() if m <= now]:
                fired = ExpiredTimerInfo(moment)
                times = self._timer_values()
                given.extend(self.processor.handleExpiredTimer((key,), times, fired))
                self.handle.deleteTimer(moment)
        return _one_frame(given) if self._in_pandas else given

    def _timer_values(self) -> TimerValues:
        if self._time_mode == _NO_TIME:
            return TimerValues(-1, -1)
        if self._time_mode == _PROCESSING_TIME:
            return TimerValues(self._processing_time, -1)
        return TimerValues(self._processing_time, self.handle.watermark)

    def _is_late(self, row: Any) -> bool:
        if self._time_mode != _EVENT_TIME or self._event_time is None:
            return False
        return self._event_time(row) <= self.handle.watermark


def _one_frame(frames: list[Any]) -> Any:
    import pandas

    return pandas.concat(frames, ignore_index=True) if frames else pandas.DataFrame()


def _unsupported(operation: str) -> PySparkValueError:
    return PySparkValueError(
        errorClass="UNSUPPORTED_OPERATION", messageParameters={"operation": operation}
    )


def _check_forward(what: str, before: int, now: int) -> None:
    if now <= before:
        raise IllegalArgumentException(
            f"{what} must move forward. Current: {before} ms, provided: {now} ms."
        )
