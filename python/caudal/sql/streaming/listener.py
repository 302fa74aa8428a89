"""`StreamingQueryListener` and the events that it is told.

A listener that was given to ``spark.streams.addListener`` is told of all queries of the
session: of a start before ``start()`` returns, of everything else in order by a thread that
does nothing else, so that no query waits for a listener.
"""

from __future__ import annotations

import json
import uuid
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from caudal.sql.streaming._progress import (
    SinkProgress,
    SourceProgress,
    StateOperatorProgress,
    StreamingQueryProgress,
)

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession
    from caudal.sql.types import Row

__all__ = [
    "QueryIdleEvent",
    "QueryProgressEvent",
    "QueryStartedEvent",
    "QueryTerminatedEvent",
    "SinkProgress",
    "SourceProgress",
    "StateOperatorProgress",
    "StreamingQueryListener",
    "StreamingQueryProgress",
]


class StreamingQueryListener(ABC):
    """Base of listeners: override the methods for the events of interest.

    What a method raises is printed (``sys.unraisablehook``) and harms neither the query nor
    other listeners. A method may stop the query and add and remove listeners.

    Examples
    --------
    >>> class Batches(StreamingQueryListener):
    ...     def onQueryStarted(self, event):
    ...         print("started", event.name)
    ...     def onQueryProgress(self, event):
    ...         print(event.progress.batchId, event.progress.numInputRows)
    ...     def onQueryTerminated(self, event):
    ...         print("ended", event.exception)
    >>> spark.streams.addListener(Batches())
    """

    @property
    def spark(self) -> SparkSession | None:
        """The session that was set here; None where none was."""
        return getattr(self, "_sparkSession", None)

    @spark.setter
    def spark(self, session: SparkSession) -> None:
        self._sparkSession = session

    @abstractmethod
    def onQueryStarted(self, event: QueryStartedEvent) -> None:
        """A query started; called before ``start()`` returns."""

    @abstractmethod
    def onQueryProgress(self, event: QueryProgressEvent) -> None:
        """A batch ended."""

    def onQueryIdle(self, event: QueryIdleEvent) -> None:
        """A query waits for data."""
        return

    @abstractmethod
    def onQueryTerminated(self, event: QueryTerminatedEvent) -> None:
        """A query ended."""


class _QueryEvent:
    def __init__(self, id: uuid.UUID, runId: uuid.UUID):
        self._id = id
        self._runId = runId

    @property
    def id(self) -> uuid.UUID:
        """The query."""
        return self._id

    @property
    def runId(self) -> uuid.UUID:
        """The run of the query."""
        return self._runId


class QueryStartedEvent(_QueryEvent):
    """A query started."""

    def __init__(
        self,
        id: uuid.UUID,
        runId: uuid.UUID,
        name: str | None,
        timestamp: str,
        jobTags: set[str],
    ):
        super().__init__(id, runId)
        self._name = name
        self._timestamp = timestamp
        self._jobTags = jobTags

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> QueryStartedEvent:
        """The event of a parsed JSON text."""
        ids = uuid.UUID(j["id"]), uuid.UUID(j["runId"])
        return cls(*ids, j["name"], j["timestamp"], set(j.get("jobTags", [])))

    @property
    def name(self) -> str | None:
        """The name given, or None."""
        return self._name

    @property
    def timestamp(self) -> str:
        """When, in UTC."""
        return self._timestamp

    @property
    def jobTags(self) -> set[str]:
        """The tags of the session at the start."""
        return self._jobTags


class QueryProgressEvent:
    """A batch ended."""

    def __init__(self, progress: StreamingQueryProgress):
        self._progress = progress

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> QueryProgressEvent:
        """The event of a parsed JSON text."""
        return cls(StreamingQueryProgress.fromJson(j["progress"]))

    @property
    def progress(self) -> StreamingQueryProgress:
        """The record of the batch."""
        return self._progress


class QueryIdleEvent(_QueryEvent):
    """A query waits for data."""

    def __init__(self, id: uuid.UUID, runId: uuid.UUID, timestamp: str):
        super().__init__(id, runId)
        self._timestamp = timestamp

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> QueryIdleEvent:
        """The event of a parsed JSON text."""
        return cls(uuid.UUID(j["id"]), uuid.UUID(j["runId"]), j["timestamp"])

    @property
    def timestamp(self) -> str:
        """When, in UTC."""
        return self._timestamp


class QueryTerminatedEvent(_QueryEvent):
    """A query ended."""

    def __init__(
        self,
        id: uuid.UUID,
        runId: uuid.UUID,
        exception: str | None,
        errorClassOnException: str | None,
    ):
        super().__init__(id, runId)
        self._exception = exception
        self._errorClass = errorClassOnException

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> QueryTerminatedEvent:
        """The event of a parsed JSON text."""
        ids = uuid.UUID(j["id"]), uuid.UUID(j["runId"])
        return cls(*ids, j["exception"], j["errorClassOnException"])

    @property
    def exception(self) -> str | None:
        """The error's text, None after a stop."""
        return self._exception

    @property
    def errorClassOnException(self) -> str | None:
        """The error's condition, or None."""
        return self._errorClass


_EVENTS: dict[str, Any] = {
    "onQueryStarted": QueryStartedEvent,
    "onQueryProgress": QueryProgressEvent,
    "onQueryIdle": QueryIdleEvent,
    "onQueryTerminated": QueryTerminatedEvent,
}


def _tell(
    listener: StreamingQueryListener, method: str, text: str, observed: dict[str, Row] | None
) -> None:
    """Calls a method of a listener with its event; the compiled core does.

    ``observed`` are the metrics of a batch, whose values JSON does not hold as they are.
    """
    event = _EVENTS[method].fromJson(json.loads(text))
    if observed is not None:
        event.progress["observedMetrics"] = observed
    getattr(listener, method)(event)
