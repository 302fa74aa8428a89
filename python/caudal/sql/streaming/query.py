"""`StreamingQuery` and `StreamingQueryManager`: queries that run."""

from __future__ import annotations

import json
import uuid
from typing import Any

from caudal import _native
from caudal._missing import not_implemented
from caudal.errors import (
    IllegalArgumentException,
    PySparkValueError,
    StreamingQueryException,
)
from caudal.sql._convert import require
from caudal.sql.streaming._progress import StreamingQueryProgress, WhyEmpty
from caudal.sql.streaming.listener import StreamingQueryListener

__all__ = ["StreamingQuery", "StreamingQueryManager"]


def _seconds(timeout: Any, least: float = 5e-324) -> float:
    if not isinstance(timeout, (int, float)) or timeout < least:
        raise PySparkValueError(
            errorClass="VALUE_NOT_POSITIVE",
            messageParameters={"arg_name": "timeout", "arg_value": type(timeout).__name__},
        )
    return float(timeout)


class StreamingQuery:
    """A query that runs until it is stopped; from ``writeStream.start()``.

    All its methods may be called from any thread.

    Examples
    --------
    >>> query.processAllAvailable()
    >>> query.lastProgress["numInputRows"]
    2000
    >>> query.stop()
    """

    def __init__(self, query: _native.Query):
        self._query = query

    @property
    def id(self) -> str:
        """The query's identity, kept in its checkpoint."""
        return self._query.id

    @property
    def runId(self) -> str:
        """The identity of this run: another one after each start."""
        return self._query.run_id

    @property
    def name(self) -> str | None:
        """The name given, or None."""
        return self._query.name

    @property
    def isActive(self) -> bool:
        """Whether it runs."""
        return self._query.is_active

    @property
    def status(self) -> dict[str, Any]:
        """What it does now: ``message``, ``isDataAvailable``, ``isTriggerActive``."""
        status: dict[str, Any] = json.loads(self._query.status_json())
        return status

    @property
    def lastProgress(self) -> StreamingQueryProgress | None:
        """The record of the last batch, None before the first."""
        text = self._query.last_progress_json()
        return None if text is None else StreamingQueryProgress.fromJson(json.loads(text))

    @property
    def recentProgress(self) -> list[StreamingQueryProgress]:
        """The records of the last batches (``spark.sql.streaming.numRecentProgressUpdates``)."""
        texts = self._query.recent_progress_json()
        return [StreamingQueryProgress.fromJson(json.loads(text)) for text in texts]

    def awaitTermination(self, timeout: int | None = None) -> bool | None:
        """Waits for the end.

        Parameters
        ----------
        timeout
            Seconds to wait at most; then the answer is whether it ended.

        Raises
        ------
        StreamingQueryException
            When the query failed.
        PySparkValueError
            For a timeout that is not positive (``VALUE_NOT_POSITIVE``).
        """
        if timeout is None:
            self._query.await_termination(None)
            return None
        return self._query.await_termination(_seconds(timeout))

    def processAllAvailable(self) -> None:
        """Waits until everything that is there now has gone through. For tests."""
        self._query.process_all_available()

    def stop(self) -> None:
        """Stops the query and waits for its end.

        A batch that is being read ends where it is and is run again with the next start; a
        function of ``foreachBatch`` is waited for. Within that function, and within
        ``onQueryStarted``, it does not wait. ``spark.sql.streaming.stopTimeout`` limits the
        wait; then the query ends later.
        """
        self._query.stop()

    def whyEmpty(self) -> WhyEmpty | None:
        """Why there is no output: what each operator holds and has dropped as late, where
        the watermark stands, which source holds it back, and the event time that must be
        seen for the next window to close. Ours. None before the first look for data.

        Examples
        --------
        >>> print(query.whyEmpty())
        stateStoreSave holds 2 rows until the watermark reaches 2024-01-01T10:05:00.000Z; …
        >>> query.whyEmpty()["operators"][0]["rowsHeld"]
        2
        """
        text = self._query.why_empty_json()
        return None if text is None else WhyEmpty.fromJson(json.loads(text))

    def exception(self) -> StreamingQueryException | None:
        """The error that ended it, or None.

        Its text is that of the failure itself and it has no condition of its own; what
        :meth:`awaitTermination` raises has one (``STREAM_FAILED``).
        """
        raised = self._query.exception()
        if raised is None:
            return None
        cause = raised.__cause__
        error = StreamingQueryException(
            f"{raised if cause is None else cause}\n=== Streaming Query ===\n"
            f"Identifier: {self.name or ''} [id = {self.id}, runId = {self.runId}]"
        )
        error.__cause__ = cause
        return error

    def explain(self, extended: bool = False) -> None:
        """Prints the plan of the last batch; all plans with `extended`."""
        require(extended, bool, "extended", "bool")
        print(self._query.explain_string(extended))


class StreamingQueryManager:
    """The queries of a session; ``spark.streams``.

    Examples
    --------
    >>> [query.name for query in spark.streams.active]
    ['counts']
    """

    def __init__(self, session: _native.Session):
        self._session = session

    @property
    def active(self) -> list[StreamingQuery]:
        """The queries that run."""
        return [StreamingQuery(query) for query in self._session.streams_active()]

    def get(self, id: str) -> StreamingQuery | None:
        """The running query of an identity, or None.

        Raises
        ------
        IllegalArgumentException
            For text that is no UUID.
        """
        require(id, str, "id", "str")
        try:
            uuid.UUID(id)
        except ValueError:
            raise IllegalArgumentException(f"Invalid UUID string: {id}") from None
        found = self._session.streams_get(id)
        return None if found is None else StreamingQuery(found)

    def awaitAnyTermination(self, timeout: int | None = None) -> bool | None:
        """Waits for the end of any query since the start or `resetTerminated`.

        Parameters
        ----------
        timeout
            Seconds to wait at most; then the answer is whether one ended.

        Raises
        ------
        StreamingQueryException
            When a query failed.
        """
        if timeout is None:
            self._session.streams_await_any(None)
            return None
        return self._session.streams_await_any(_seconds(timeout, 0))

    def resetTerminated(self) -> None:
        """Forgets the queries that ended."""
        self._session.streams_reset_terminated()

    def addListener(self, listener: StreamingQueryListener) -> None:
        """Tells `listener` of the queries' events; twice where it is added twice."""
        self._session.streams_add_listener(listener)

    def removeListener(self, listener: StreamingQueryListener) -> None:
        """Tells `listener` no more; one that is not there is no error."""
        self._session.streams_remove_listener(listener)


class StreamingCheckpointManager:
    """Changes of checkpoints whose query does not run."""

    def repartition(
        self, checkpoint_location: str, num_partitions: int, enforce_exactly_once_sink: bool = True
    ) -> None:
        """Another number of state partitions (not there yet).

        A query that starts again takes the number that ``spark.caudal.streaming.statePartitions``
        says, whatever its checkpoint was written with.
        """
        not_implemented("StreamingCheckpointManager.repartition")
