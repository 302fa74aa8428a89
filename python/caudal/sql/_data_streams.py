"""Streams of Python data sources at work: what the compiled core calls in each batch.

A place in a stream is JSON to the core. Rows of a simple reader wait here until their batch
is committed; see `caudal.sql._data_sources` for how rows are made.
"""

from __future__ import annotations

import contextlib
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

from caudal.errors import PySparkException
from caudal.sql._data_sources import failing
from caudal.sql.datasource import InputPartition, SimpleDataSourceStreamReader
from caudal.sql.streaming.datasource import ReadAllAvailable, SupportsTriggerAvailableNow


class SimpleStream(SupportsTriggerAvailableNow):
    """A simple reader as one with places: rows wait here until their batch is committed."""

    def __init__(self, reader: SimpleDataSourceStreamReader):
        self.reader = reader
        self.initialOffset = reader.initialOffset
        self._waiting: list[tuple[Any, Any, list[Any]]] = []

    def latestOffset(self, start: Any, limit: Any) -> Any:
        """Reads what there is after `start`; where it ends."""
        rows, end = self.reader.read(start)
        if json.dumps(start) == json.dumps(end):
            if next(rows, None) is not None:
                raise PySparkException(
                    errorClass="SIMPLE_STREAM_READER_OFFSET_DID_NOT_ADVANCE",
                    messageParameters={
                        "start_offset": json.dumps(start),
                        "end_offset": json.dumps(end),
                    },
                )
            return end
        self._waiting = [entry for entry in self._waiting if entry[0] != start]
        self._waiting.append((start, end, list(rows)))
        return end

    def getDefaultReadLimit(self) -> Any:
        """A simple reader has no limit."""
        return ReadAllAvailable()

    def partitions(self, start: Any, end: Any) -> list[InputPartition]:
        """One part."""
        return [InputPartition((start, end))]

    def read(self, partition: InputPartition) -> Iterator[Any]:
        """The rows that wait, or those that the reader gives again."""
        for start, end, rows in self._waiting:
            if (start, end) == partition.value:
                return iter(rows)
        return self.reader.readBetweenOffsets(*partition.value)

    def commit(self, end: Any) -> None:
        """The rows up to `end` need not wait any more."""
        self._waiting = [entry for entry in self._waiting if entry[1] != end]
        self.reader.commit(end)

    def prepareForTriggerAvailableNow(self) -> None:
        """Asks the reader, where it can."""
        if isinstance(self.reader, SupportsTriggerAvailableNow):
            self.reader.prepareForTriggerAvailableNow()

    def stop(self) -> None:
        """A simple reader has nothing to end."""


def _failing_stream(action: str) -> contextlib.AbstractContextManager[None]:
    return failing("PYTHON_STREAMING_DATA_SOURCE_RUNTIME_ERROR", action=action)


class StreamDriver:
    """A stream for the core; its places are the JSON texts of the reader's."""

    def __init__(self, reader: Any, read: Callable[..., Iterator[Any]]):
        if isinstance(reader, SimpleDataSourceStreamReader):
            reader = SimpleStream(reader)
        self._reader = reader
        self._rows = read

    def description(self) -> str:
        """Spark's class of such a stream, which is what its progress says of it."""
        package = "org.apache.spark.sql.execution.datasources.v2.python"
        kind = "WithAdmissionControl" if self._has_limits() else ""
        return f"{package}.PythonMicroBatchStream{kind}"

    def initial_offset(self) -> str:
        """Where a query without a past begins."""
        with _failing_stream("initialOffset"):
            return json.dumps(self._reader.initialOffset())

    def latest_offset(self, start: str, all_rows: bool) -> str:
        """Up to where the next batch may read."""
        with _failing_stream("latestOffset"):
            if not self._has_limits():
                return json.dumps(self._reader.latestOffset())
            limit = ReadAllAvailable() if all_rows else self._reader.getDefaultReadLimit()
            return json.dumps(self._reader.latestOffset(json.loads(start), limit))

    def reported_end(self) -> str | None:
        """The end of the stream as its reader reports it."""
        if isinstance(self._reader, SimpleStream) or not self._has_limits():
            return None
        with _failing_stream("reportLatestOffset"):
            end = self._reader.reportLatestOffset()
            return None if end is None else json.dumps(end)

    def _has_limits(self) -> bool:
        # An older form of the method takes neither a start nor a limit.
        return bool(inspect.signature(self._reader.latestOffset).parameters)

    def freeze(self) -> bool:
        """Holds the stream to what is there now; False where the reader cannot."""
        inner = getattr(self._reader, "reader", self._reader)
        if not isinstance(inner, SupportsTriggerAvailableNow):
            return False
        with _failing_stream("prepareForTriggerAvailableNow"):
            inner.prepareForTriggerAvailableNow()
        return True

    def rows(self, start: str, end: str) -> Callable[[], Iterator[Any]]:
        """A function that gives the rows between two places in pieces."""
        with _failing_stream("planPartitions"):
            partitions = list(self._reader.partitions(json.loads(start), json.loads(end)))
        return lambda: self._rows(self._reader.read, partitions)

    def commit(self, end: str) -> None:
        """Everything up to `end` is done with."""
        with _failing_stream("commitSource"):
            self._reader.commit(json.loads(end))

    def stop(self) -> None:
        """The query has ended: what this raises has nothing left to fail."""
        with contextlib.suppress(Exception):
            self._reader.stop()
