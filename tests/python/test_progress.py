"""Progress records: dictionaries, attributes and JSON at once, as in PySpark."""

from __future__ import annotations

import json
import uuid

import pytest

from caudal.sql.streaming.listener import QueryTerminatedEvent, StreamingQueryProgress

ID = "8a2fbaf7-e11b-43da-b12e-ef73436ff920"
RECORD = {
    "id": ID,
    "runId": ID,
    "name": "counts",
    "timestamp": "2026-11-21T07:51:02.654Z",
    "batchId": 0,
    "batchDuration": 3001,
    "numInputRows": 1,
    "inputRowsPerSecond": 0.0,
    "processedRowsPerSecond": 0.3,
    "durationMs": {"addBatch": 1909},
    "stateOperators": [],
    "sources": [
        {
            "description": "FileStreamSource[file:/in]",
            "startOffset": None,
            "endOffset": {"logOffset": 0},
            "latestOffset": None,
            "numInputRows": 1,
            "inputRowsPerSecond": 0.0,
            "processedRowsPerSecond": 0.3,
        }
    ],
    "sink": {"description": "MemorySink", "numOutputRows": 1},
}


def test_a_record_reads_in_three_ways() -> None:
    progress = StreamingQueryProgress.fromJson(RECORD)
    assert isinstance(progress, dict)
    assert progress["batchId"] == progress.batchId == progress.get("batchId") == 0
    assert progress["sources"][0]["description"] == progress.sources[0].description
    assert progress.sources[0].endOffset == '{"logOffset": 0}'
    assert progress.sources[0].startOffset == "null"
    assert progress.sink.numOutputRows == 1
    assert progress.eventTime == {} == progress.observedMetrics


def test_identities_are_text_by_key_and_uuids_by_attribute() -> None:
    progress = StreamingQueryProgress.fromJson(RECORD)
    assert (progress["id"], progress.id) == (ID, uuid.UUID(ID))


def test_it_prints_as_json() -> None:
    progress = StreamingQueryProgress.fromJson(RECORD)
    assert str(progress) == repr(progress) == json.dumps(RECORD, indent=4)
    assert json.loads(progress.json) == RECORD


def test_the_order_of_the_keys() -> None:
    assert (
        list(StreamingQueryProgress.fromJson(RECORD))
        == (
            "id runId name timestamp batchId batchDuration durationMs eventTime stateOperators "
            "sources sink numInputRows inputRowsPerSecond processedRowsPerSecond observedMetrics"
        ).split()
    )


def test_unknown_fields() -> None:
    progress = StreamingQueryProgress.fromJson(RECORD)
    with pytest.raises(KeyError):
        progress["nope"]
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        progress.__getattribute__("nope")


def test_the_event_of_an_end() -> None:
    event = QueryTerminatedEvent.fromJson(
        {"id": ID, "runId": ID, "exception": None, "errorClassOnException": None}
    )
    assert event.id == uuid.UUID(ID) and event.exception is None
