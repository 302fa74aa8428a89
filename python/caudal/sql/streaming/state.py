"""`GroupState`: what a function of `applyInPandasWithState` keeps for a group."""

from __future__ import annotations

import datetime
import json
from typing import Any

from caudal.errors import PySparkRuntimeError, PySparkTypeError, PySparkValueError
from caudal.sql.streaming._values import plain
from caudal.sql.types import TimestampType

__all__ = ["GroupState", "GroupStateTimeout"]


class GroupStateTimeout:
    """When a group's time is over, if ever."""

    NoTimeout: str = "NoTimeout"
    ProcessingTimeTimeout: str = "ProcessingTimeTimeout"
    EventTimeTimeout: str = "EventTimeTimeout"


def _without(what: str, needed: str) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        errorClass="CANNOT_WITHOUT", messageParameters={"condition1": what, "condition2": needed}
    )


def _not_positive(name: str, value: Any) -> PySparkValueError:
    return PySparkValueError(
        errorClass="VALUE_NOT_POSITIVE",
        messageParameters={"arg_name": name, "arg_value": type(value).__name__},
    )


class GroupState:
    """The state of one group; times are milliseconds since 1970."""

    NO_TIMESTAMP: int = -1

    def __init__(
        self,
        value: tuple[Any, ...] | None,
        batchProcessingTimeMs: int,
        eventTimeWatermarkMs: int | None,
        timeoutConf: str,
        hasTimedOut: bool,
    ) -> None:
        self._value = value
        self._processing_time = batchProcessingTimeMs
        self._watermark = eventTimeWatermarkMs
        self._timeout_conf = timeoutConf
        self._has_timed_out = hasTimedOut
        self._updated = False
        self._removed = False
        self._timeout: int | None = None

    @property
    def exists(self) -> bool:
        """Whether the group has a state."""
        return self._value is not None

    @property
    def get(self) -> tuple[Any, ...]:
        """The state.

        Raises
        ------
        PySparkValueError
            If there is none (``STATE_NOT_EXISTS``).
        """
        if self._value is None:
            raise PySparkValueError(errorClass="STATE_NOT_EXISTS", messageParameters={})
        return tuple(self._value)

    @property
    def getOption(self) -> tuple[Any, ...] | None:
        """The state, or None."""
        return None if self._value is None else tuple(self._value)

    @property
    def hasTimedOut(self) -> bool:
        """Whether the function is called because the group's time is over."""
        return self._has_timed_out

    @property
    def oldTimeoutTimestamp(self) -> int:
        """The timeout as it was at the call; -1, as Spark tells it to no function."""
        return self.NO_TIMESTAMP

    def update(self, newValue: tuple[Any, ...]) -> None:
        """Sets the state: a value for each field of its type.

        Raises
        ------
        PySparkTypeError
            For None (``CANNOT_BE_NONE``).
        """
        if newValue is None:
            raise PySparkTypeError(
                errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "newValue"}
            )
        self._value = tuple(plain(value) for value in newValue)
        self._updated, self._removed = True, False

    def remove(self) -> None:
        """Forgets the state."""
        self._value = None
        self._updated, self._removed = False, True

    def setTimeoutDuration(self, durationMs: int) -> None:
        """The group's time is over so many milliseconds after this batch began.

        Raises
        ------
        PySparkTypeError
            For a text (``NOT_EXPECTED_TYPE``).
        PySparkRuntimeError
            Under another timeout than that in processing time (``CANNOT_WITHOUT``).
        PySparkValueError
            For a duration that is not positive (``VALUE_NOT_POSITIVE``).
        """
        if isinstance(durationMs, str):
            raise PySparkTypeError(
                errorClass="NOT_EXPECTED_TYPE",
                messageParameters={
                    "expected_type": "int",
                    "arg_name": "durationMs",
                    "arg_type": type(durationMs).__name__,
                },
            )
        if self._timeout_conf != GroupStateTimeout.ProcessingTimeTimeout:
            raise self._wrong_timeout()
        if durationMs <= 0:
            raise _not_positive("durationMs", durationMs)
        self._timeout = int(durationMs) + self._processing_time

    def setTimeoutTimestamp(self, timestampMs: int) -> None:
        """The group's time is over when the watermark passes this moment.

        Raises
        ------
        PySparkRuntimeError
            Under another timeout than that in event time (``CANNOT_WITHOUT``).
        PySparkValueError
            For a moment that is not positive (``VALUE_NOT_POSITIVE``) or before the watermark
            (``INVALID_TIMEOUT_TIMESTAMP``).
        """
        if self._timeout_conf != GroupStateTimeout.EventTimeTimeout:
            raise self._wrong_timeout()
        moment: Any = timestampMs
        if isinstance(moment, datetime.datetime):
            moment = (TimestampType().toInternal(moment) or 0) / 1000
        if moment <= 0:
            raise _not_positive("timestampMs", moment)
        if self._watermark is not None and moment < self._watermark:
            raise PySparkValueError(
                errorClass="INVALID_TIMEOUT_TIMESTAMP",
                messageParameters={"timestamp": str(moment), "watermark": str(self._watermark)},
            )
        self._timeout = int(moment)

    @staticmethod
    def _wrong_timeout() -> PySparkRuntimeError:
        return _without(
            "set timeout duration",
            "enabling processing time timeout in applyInPandasWithState",
        )

    def getCurrentWatermarkMs(self) -> int:
        """The watermark.

        Raises
        ------
        PySparkRuntimeError
            If the stream has none (``CANNOT_WITHOUT``).
        """
        if self._watermark is None:
            raise _without(
                "get event time watermark timestamp",
                "setting watermark before applyInPandasWithState",
            )
        return self._watermark

    def getCurrentProcessingTimeMs(self) -> int:
        """When the batch began; the same if it is run again."""
        return self._processing_time

    def json(self) -> str:
        """What is known of the state, without its value, as JSON."""
        facts = {
            "optionalValue": None,
            "batchProcessingTimeMs": self._processing_time,
            "eventTimeWatermarkMs": -1 if self._watermark is None else self._watermark,
            "timeoutConf": self._timeout_conf,
            "hasTimedOut": self._has_timed_out,
            "watermarkPresent": self._watermark is not None,
            "defined": self.exists,
            "updated": self._updated,
            "removed": self._removed,
            "timeoutTimestamp": self.NO_TIMESTAMP if self._timeout is None else self._timeout,
        }
        return json.dumps(facts)

    def __str__(self) -> str:
        return f"GroupState({self.get})" if self.exists else "GroupState(<undefined>)"
