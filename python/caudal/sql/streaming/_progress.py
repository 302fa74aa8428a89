"""Records of what a streaming query did in a batch.

Each is a dictionary of its fields, has them as attributes too, and prints as JSON. Made from
the JSON that the compiled core writes, which has Spark's fields.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from caudal.sql.types import Row


class _Record(dict[str, Any]):
    """A dictionary of fields, with the JSON that it came from."""

    _jdict: dict[str, Any] | None

    def _get(self, name: str) -> Any:
        """A field as it is kept: for the query's own record an identity is a ``UUID``."""
        return dict.__getitem__(self, name)

    @property
    def json(self) -> str:
        """The record as JSON on one line."""
        assert self._jdict is not None
        return json.dumps(self._jdict)

    @property
    def prettyJson(self) -> str:
        """The record as JSON on many lines."""
        assert self._jdict is not None
        return json.dumps(self._jdict, indent=4)

    def __str__(self) -> str:
        return self.prettyJson

    def __repr__(self) -> str:
        return self.prettyJson


class StateOperatorProgress(_Record):
    """What a stateful operator did."""

    def __init__(
        self,
        operatorName: str,
        numRowsTotal: int,
        numRowsUpdated: int,
        numRowsRemoved: int,
        allUpdatesTimeMs: int,
        allRemovalsTimeMs: int,
        commitTimeMs: int,
        memoryUsedBytes: int,
        numRowsDroppedByWatermark: int,
        numShufflePartitions: int,
        numStateStoreInstances: int,
        customMetrics: dict[str, int],
        jprogress: Any = None,
        jdict: dict[str, Any] | None = None,
    ):
        super().__init__(
            operatorName=operatorName,
            numRowsTotal=numRowsTotal,
            numRowsUpdated=numRowsUpdated,
            numRowsRemoved=numRowsRemoved,
            allUpdatesTimeMs=allUpdatesTimeMs,
            allRemovalsTimeMs=allRemovalsTimeMs,
            commitTimeMs=commitTimeMs,
            memoryUsedBytes=memoryUsedBytes,
            numRowsDroppedByWatermark=numRowsDroppedByWatermark,
            numShufflePartitions=numShufflePartitions,
            numStateStoreInstances=numStateStoreInstances,
            customMetrics=customMetrics,
        )
        self._jdict = jdict

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> StateOperatorProgress:
        """The record of a parsed JSON text."""
        return cls(
            jdict=j,
            operatorName=j["operatorName"],
            numRowsTotal=j["numRowsTotal"],
            numRowsUpdated=j["numRowsUpdated"],
            numRowsRemoved=j["numRowsRemoved"],
            allUpdatesTimeMs=j["allUpdatesTimeMs"],
            allRemovalsTimeMs=j["allRemovalsTimeMs"],
            commitTimeMs=j["commitTimeMs"],
            memoryUsedBytes=j["memoryUsedBytes"],
            numRowsDroppedByWatermark=j["numRowsDroppedByWatermark"],
            numShufflePartitions=j["numShufflePartitions"],
            numStateStoreInstances=j["numStateStoreInstances"],
            customMetrics=dict(j.get("customMetrics", {})),
        )

    @property
    def operatorName(self) -> str:
        """The operator."""
        return self._get("operatorName")

    @property
    def numRowsTotal(self) -> int:
        """Rows in the state."""
        return self._get("numRowsTotal")

    @property
    def numRowsUpdated(self) -> int:
        """Rows changed."""
        return self._get("numRowsUpdated")

    @property
    def numRowsRemoved(self) -> int:
        """Rows let go."""
        return self._get("numRowsRemoved")

    @property
    def allUpdatesTimeMs(self) -> int:
        """Milliseconds for changes."""
        return self._get("allUpdatesTimeMs")

    @property
    def allRemovalsTimeMs(self) -> int:
        """Milliseconds for letting go."""
        return self._get("allRemovalsTimeMs")

    @property
    def commitTimeMs(self) -> int:
        """Milliseconds for the commit."""
        return self._get("commitTimeMs")

    @property
    def memoryUsedBytes(self) -> int:
        """Bytes of memory."""
        return self._get("memoryUsedBytes")

    @property
    def numRowsDroppedByWatermark(self) -> int:
        """Rows that came too late."""
        return self._get("numRowsDroppedByWatermark")

    @property
    def numShufflePartitions(self) -> int:
        """Partitions of the state."""
        return self._get("numShufflePartitions")

    @property
    def numStateStoreInstances(self) -> int:
        """Stores of the state."""
        return self._get("numStateStoreInstances")

    @property
    def customMetrics(self) -> dict[str, int]:
        """Other numbers."""
        return self._get("customMetrics")


class SourceProgress(_Record):
    """What a source gave; offsets are JSON text."""

    def __init__(
        self,
        description: str,
        startOffset: str,
        endOffset: str,
        latestOffset: str,
        numInputRows: int,
        inputRowsPerSecond: float | None,
        processedRowsPerSecond: float | None,
        metrics: dict[str, str],
        jprogress: Any = None,
        jdict: dict[str, Any] | None = None,
    ):
        super().__init__(
            description=description,
            startOffset=startOffset,
            endOffset=endOffset,
            latestOffset=latestOffset,
            numInputRows=numInputRows,
            inputRowsPerSecond=inputRowsPerSecond,
            processedRowsPerSecond=processedRowsPerSecond,
            metrics=metrics,
        )
        self._jdict = jdict

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> SourceProgress:
        """The record of a parsed JSON text."""
        return cls(
            jdict=j,
            description=j["description"],
            startOffset=_text(j["startOffset"]),
            endOffset=_text(j["endOffset"]),
            latestOffset=_text(j["latestOffset"]),
            numInputRows=j["numInputRows"],
            # A rate over no time at all is no number and is left out.
            inputRowsPerSecond=j.get("inputRowsPerSecond"),
            processedRowsPerSecond=j.get("processedRowsPerSecond"),
            metrics=dict(j.get("metrics", {})),
        )

    @property
    def description(self) -> str:
        """What it is."""
        return self._get("description")

    @property
    def startOffset(self) -> str:
        """Where the batch began."""
        return self._get("startOffset")

    @property
    def endOffset(self) -> str:
        """Where it ended."""
        return self._get("endOffset")

    @property
    def latestOffset(self) -> str:
        """The newest there is."""
        return self._get("latestOffset")

    @property
    def numInputRows(self) -> int:
        """Rows that came in."""
        return self._get("numInputRows")

    @property
    def inputRowsPerSecond(self) -> float | None:
        """Rows a second that came in."""
        return self._get("inputRowsPerSecond")

    @property
    def processedRowsPerSecond(self) -> float | None:
        """Rows a second that went through."""
        return self._get("processedRowsPerSecond")

    @property
    def metrics(self) -> dict[str, str]:
        """Other facts."""
        return self._get("metrics")


class SinkProgress(_Record):
    """What a sink took."""

    def __init__(
        self,
        description: str,
        numOutputRows: int,
        metrics: dict[str, str],
        jprogress: Any = None,
        jdict: dict[str, Any] | None = None,
    ):
        super().__init__(
            description=description,
            numOutputRows=numOutputRows,
            metrics=metrics,
        )
        self._jdict = jdict

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> SinkProgress:
        """The record of a parsed JSON text."""
        return cls(
            jdict=j,
            description=j["description"],
            numOutputRows=j["numOutputRows"],
            metrics=dict(j.get("metrics", {})),
        )

    @property
    def description(self) -> str:
        """What it is."""
        return self._get("description")

    @property
    def numOutputRows(self) -> int:
        """Rows that went out, -1 where it is not known."""
        return self._get("numOutputRows")

    @property
    def metrics(self) -> dict[str, str]:
        """Other facts."""
        return self._get("metrics")


class StreamingQueryProgress(_Record):
    """What a query did in one batch; ``query.lastProgress``."""

    _why: WhyEmpty | None = None

    def __init__(
        self,
        id: uuid.UUID,
        runId: uuid.UUID,
        name: str | None,
        timestamp: str,
        batchId: int,
        batchDuration: int,
        durationMs: dict[str, int],
        eventTime: dict[str, str],
        stateOperators: list[StateOperatorProgress],
        sources: list[SourceProgress],
        sink: SinkProgress,
        numInputRows: int | None,
        inputRowsPerSecond: float | None,
        processedRowsPerSecond: float | None,
        observedMetrics: dict[str, Row],
        jprogress: Any = None,
        jdict: dict[str, Any] | None = None,
    ):
        super().__init__(
            id=id,
            runId=runId,
            name=name,
            timestamp=timestamp,
            batchId=batchId,
            batchDuration=batchDuration,
            durationMs=durationMs,
            eventTime=eventTime,
            stateOperators=stateOperators,
            sources=sources,
            sink=sink,
            numInputRows=numInputRows,
            inputRowsPerSecond=inputRowsPerSecond,
            processedRowsPerSecond=processedRowsPerSecond,
            observedMetrics=observedMetrics,
        )
        self._jdict = jdict

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> StreamingQueryProgress:
        """The record of a parsed JSON text."""
        why = j.get("whyEmpty")
        j = {key: value for key, value in j.items() if key != "whyEmpty"}
        made = cls(
            jdict=j,
            id=uuid.UUID(j["id"]),
            runId=uuid.UUID(j["runId"]),
            name=j["name"],
            timestamp=j["timestamp"],
            batchId=j["batchId"],
            batchDuration=j["batchDuration"],
            durationMs=dict(j.get("durationMs", {})),
            eventTime=dict(j.get("eventTime", {})),
            stateOperators=[StateOperatorProgress.fromJson(s) for s in j["stateOperators"]],
            sources=[SourceProgress.fromJson(s) for s in j["sources"]],
            sink=SinkProgress.fromJson(j["sink"]),
            numInputRows=j.get("numInputRows"),
            inputRowsPerSecond=j.get("inputRowsPerSecond"),
            processedRowsPerSecond=j.get("processedRowsPerSecond"),
            observedMetrics={k: _row(v) for k, v in j.get("observedMetrics", {}).items()},
        )
        made._why = None if why is None else WhyEmpty.fromJson(why)
        return made

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return str(value) if key in ("id", "runId") else value

    @property
    def id(self) -> uuid.UUID:
        """The query."""
        return self._get("id")

    @property
    def runId(self) -> uuid.UUID:
        """The run of the query."""
        return self._get("runId")

    @property
    def name(self) -> str | None:
        """The name given, or None."""
        return self._get("name")

    @property
    def timestamp(self) -> str:
        """When the batch began, in UTC."""
        return self._get("timestamp")

    @property
    def batchId(self) -> int:
        """The number of the batch."""
        return self._get("batchId")

    @property
    def batchDuration(self) -> int:
        """How long it took, in milliseconds."""
        return self._get("batchDuration")

    @property
    def durationMs(self) -> dict[str, int]:
        """How long each part took, in milliseconds."""
        return self._get("durationMs")

    @property
    def eventTime(self) -> dict[str, str]:
        """Times of the events, and the watermark."""
        return self._get("eventTime")

    @property
    def stateOperators(self) -> list[StateOperatorProgress]:
        """What each stateful operator did."""
        return self._get("stateOperators")

    @property
    def sources(self) -> list[SourceProgress]:
        """What each source gave."""
        return self._get("sources")

    @property
    def sink(self) -> SinkProgress:
        """What the sink took."""
        return self._get("sink")

    @property
    def numInputRows(self) -> int | None:
        """Rows that came in."""
        return self._get("numInputRows")

    @property
    def inputRowsPerSecond(self) -> float | None:
        """Rows a second that came in."""
        return self._get("inputRowsPerSecond")

    @property
    def processedRowsPerSecond(self) -> float | None:
        """Rows a second that went through."""
        return self._get("processedRowsPerSecond")

    @property
    def observedMetrics(self) -> dict[str, Row]:
        """Metrics by the name of their observation."""
        return self._get("observedMetrics")

    @property
    def whyEmpty(self) -> WhyEmpty | None:
        """Why the batch gave what it gave; ours, and no part of `json`."""
        return self._why


class WhyEmpty(dict[str, Any]):
    """What a query holds, drops and waits for: a dictionary that prints as sentences.

    ``summary`` is the answer in a line. ``sources``, ``watermarks`` (one a ``withWatermark``:
    ``column``, ``delayMs``, ``sources``, ``reached``, ``holdsBack``, ``idle``) and
    ``operators`` (from the sink down: ``rowsIn``, ``rowsOut``, ``rowsHeld``, ``rowsRemoved``,
    ``rowsDroppedLate``, ``watermark``, ``nextRelease``, ``mustSee``) are lists; ``watermark``
    is that of the next batch. Moments are ISO text in UTC, None where there is none.
    """

    _text: str

    @classmethod
    def fromJson(cls, j: dict[str, Any]) -> WhyEmpty:
        """The record of a parsed JSON text."""
        made = cls(j)
        made._text = made.pop("text")
        return made

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return self._text


def _row(values: dict[str, Any]) -> Row:
    return Row(*values.keys())(*values.values())


def _text(offset: Any) -> str:
    return offset if isinstance(offset, str) else json.dumps(offset)
