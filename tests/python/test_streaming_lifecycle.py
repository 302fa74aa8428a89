"""Listeners, ends, settings, the question why there is no output, late rows, idle sources."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import caudal
from caudal.errors import (
    IllegalArgumentException,
    PySparkException,
    PySparkNotImplementedError,
    StreamingQueryException,
)
from caudal.sql import SparkSession
from caudal.sql import functions as F
from caudal.sql.streaming import StatefulProcessor, StreamingQueryListener
from caudal.testing import ManualClock, MemoryStream, use_clock

ROOT = Path(caudal.__file__).parent.parent.parent
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def no_query_is_left(spark: SparkSession) -> Iterator[None]:
    yield
    left = spark.streams.active
    for query in left:
        query.stop()
    spark.streams.resetTerminated()
    assert left == []


class Log(StreamingQueryListener):
    """Notes the events; lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[tuple[str, Any]] = []
        self._changed = threading.Condition()

    def note(self, kind: str, event: Any) -> None:
        with self._changed:
            self.events.append((kind, event))
            self._changed.notify_all()

    def wait_for(self, kind: str) -> Any:
        with self._changed:
            assert self._changed.wait_for(lambda: kind in dict(self.events), PATIENCE), self.events
            return dict(self.events)[kind]

    def wait_until(self, condition: Callable[[Log], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), PATIENCE), self.events

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events]

    def kinds_of(self, run: Any) -> list[str]:
        """Without those of queries of earlier tests, whose end may be told late."""
        runs = [getattr(event, "progress", event).runId for _, event in self.events]
        return [kind for kind, of in zip(self.kinds, runs, strict=True) if str(of) == str(run)]

    def onQueryStarted(self, event: Any) -> None:
        self.note("started", event)

    def onQueryProgress(self, event: Any) -> None:
        self.note("progress", event)

    def onQueryIdle(self, event: Any) -> None:
        self.note("idle", event)

    def onQueryTerminated(self, event: Any) -> None:
        self.note("terminated", event)


@pytest.fixture
def log(spark: SparkSession) -> Iterator[Log]:
    made = Log()
    spark.streams.addListener(made)
    yield made
    spark.streams.removeListener(made)


def numbers(spark: SparkSession) -> MemoryStream:
    stream = MemoryStream(spark, "n INT")
    stream.addData(1, 2)
    return stream


def into(df: Any, function: Any, **trigger: Any) -> Any:
    writer = df.writeStream.foreachBatch(function)
    return (writer.trigger(**trigger) if trigger else writer).start()


def nothing(frame: Any, batch: int) -> None:
    frame.collect()


# Listeners.


def test_a_slow_listener_keeps_no_query_waiting(spark: SparkSession, log: Log) -> None:
    held = threading.Event()

    class Slow(Log):
        def onQueryProgress(self, event: Any) -> None:
            held.wait(PATIENCE)
            super().onQueryProgress(event)

    slow = Slow()
    spark.streams.addListener(slow)
    stream = numbers(spark)
    query = into(stream.toDF(), nothing)
    for _ in range(3):
        stream.addData(3)
        query.processAllAvailable()
    assert query.lastProgress.batchId >= 1
    assert slow.kinds == ["started"]
    held.set()
    query.stop()
    slow.wait_for("terminated")
    spark.streams.removeListener(slow)
    batches = [event.progress.batchId for kind, event in slow.events if kind == "progress"]
    assert batches == sorted(batches) and len(batches) >= 2
    assert slow.kinds[0] == "started" and slow.kinds[-1] == "terminated"


def test_a_listener_may_stop_the_query(spark: SparkSession) -> None:
    class Stops(Log):
        def onQueryProgress(self, event: Any) -> None:
            query = spark.streams.get(str(event.progress.id))
            if query is not None:
                query.stop()
                super().onQueryProgress(event)

    stops = Stops()
    spark.streams.addListener(stops)
    query = into(numbers(spark).toDF(), nothing)
    assert query.awaitTermination(PATIENCE)
    stops.wait_for("terminated")
    spark.streams.removeListener(stops)
    assert query.exception() is None


def test_a_listener_may_stop_the_query_while_it_starts(spark: SparkSession) -> None:
    class Stops(Log):
        def onQueryStarted(self, event: Any) -> None:
            found = spark.streams.get(str(event.id))
            assert found is not None
            found.stop()
            super().onQueryStarted(event)

    stops = Stops()
    spark.streams.addListener(stops)
    query = into(numbers(spark).toDF(), nothing)
    assert query.awaitTermination(PATIENCE)
    spark.streams.removeListener(stops)
    assert "started" in stops.kinds


def test_what_a_listener_raises_is_said_and_harms_nobody(
    spark: SparkSession, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Any] = []
    monkeypatch.setattr("sys.unraisablehook", lambda raised: said.append(raised.exc_value))

    class Raises(Log):
        def onQueryProgress(self, event: Any) -> None:
            raise ValueError("not today")

    raises = Raises()
    spark.streams.addListener(raises)
    query = into(numbers(spark).toDF(), nothing, availableNow=True)
    query.awaitTermination()
    expected = ["started", "progress", "terminated"]
    for listener in (raises, log):
        listener.wait_until(lambda heard: "terminated" in heard.kinds_of(query.runId))
    spark.streams.removeListener(raises)
    assert [str(error) for error in said] == ["not today"]
    assert log.kinds_of(query.runId) == expected
    assert query.exception() is None


def test_the_end_of_a_session_waits_for_its_listeners() -> None:
    mine = SparkSession.builder.master("local[1]").getOrCreate().newSession()
    heard = Log()
    mine.streams.addListener(heard)
    into(numbers(mine).toDF(), nothing).processAllAvailable()
    mine._native.stop()
    assert heard.kinds[-1] == "terminated"


# Ends.


def test_an_error_of_the_function_is_the_cause(spark: SparkSession, log: Log) -> None:
    class Mine(Exception):
        pass

    def broken(frame: Any, batch: int) -> None:
        raise Mine("in this line")

    query = into(numbers(spark).toDF(), broken)
    with pytest.raises(StreamingQueryException) as raised:
        query.awaitTermination()
    assert isinstance(raised.value.__cause__, Mine)
    assert raised.value.getCondition() == "STREAM_FAILED"
    text = str(raised.value)
    assert "[FOREACH_BATCH_USER_FUNCTION_ERROR]" in text
    assert 'raise Mine("in this line")' in text and "line" in text
    ended = log.wait_for("terminated")
    assert ended.errorClassOnException == "FOREACH_BATCH_USER_FUNCTION_ERROR"
    seen = query.exception()
    assert seen is not None and isinstance(seen.__cause__, Mine)


def test_stop_within_the_function(spark: SparkSession) -> None:
    queries: list[Any] = []
    started = threading.Event()
    batches: list[int] = []

    def stops(frame: Any, batch: int) -> None:
        assert started.wait(PATIENCE)
        queries[0].stop()
        batches.append(batch)

    queries.append(into(numbers(spark).toDF(), stops))
    started.set()
    assert queries[0].awaitTermination(PATIENCE)
    assert batches == [0] and queries[0].exception() is None


def test_stop_from_several_threads_while_the_function_runs(spark: SparkSession) -> None:
    inside, leave = threading.Event(), threading.Event()

    def waits(frame: Any, batch: int) -> None:
        inside.set()
        assert leave.wait(PATIENCE)

    query = into(numbers(spark).toDF(), waits)
    assert inside.wait(PATIENCE)
    threads = [threading.Thread(target=query.stop) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert query.isActive
    leave.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert not query.isActive


def test_the_limit_of_stop(spark: SparkSession) -> None:
    inside, leave = threading.Event(), threading.Event()

    def waits(frame: Any, batch: int) -> None:
        inside.set()
        assert leave.wait(PATIENCE)

    query = into(numbers(spark).toDF(), waits)
    assert inside.wait(PATIENCE)
    spark.conf.set("spark.sql.streaming.stopTimeout", "20ms")
    try:
        with pytest.raises(PySparkException, match=r"within 20 milliseconds .*stopTimeout"):
            query.stop()
    finally:
        spark.conf.unset("spark.sql.streaming.stopTimeout")
        leave.set()
    query.stop()
    assert not query.isActive


def test_stop_in_a_long_batch(spark: SparkSession, tmp_path: Path) -> None:
    """The batch would take minutes: it is read in pieces, and none is read after the stop."""
    (tmp_path / "1.json").write_text('{"n":1}\n' * 1_000_000)
    stream = spark.readStream.schema("n INT").json(str(tmp_path))
    many = stream.select(F.explode(F.sequence(F.lit(1), F.lit(300))).alias("m"))
    writer = many.groupBy("m").count().writeStream.outputMode("complete")
    query = writer.foreachBatch(nothing).start()
    while query.status["message"] != "Processing new data":
        assert query.isActive
    start = time.monotonic()
    query.stop()
    assert time.monotonic() - start < 5
    assert query.exception() is None and query.recentProgress == []


@pytest.mark.parametrize(
    "wait",
    [
        lambda spark, query: query.awaitTermination(),
        lambda spark, query: query.awaitTermination(60),
        lambda spark, query: spark.streams.awaitAnyTermination(),
        lambda spark, query: query.stop(),
    ],
    ids=["awaitTermination", "with a limit", "awaitAnyTermination", "stop"],
)
def test_an_interrupt_ends_a_wait(spark: SparkSession, wait: Any) -> None:
    inside, leave = threading.Event(), threading.Event()

    def waits(frame: Any, batch: int) -> None:
        inside.set()
        leave.wait(PATIENCE)

    class Interrupt(Exception):
        pass

    def interrupt(*_: Any) -> None:
        raise Interrupt

    before = signal.signal(signal.SIGUSR1, interrupt)
    query = into(numbers(spark).toDF(), waits)
    try:
        assert inside.wait(PATIENCE)
        sent: list[float] = []

        def send() -> None:
            sent.append(time.monotonic())
            os.kill(os.getpid(), signal.SIGUSR1)

        timer = threading.Timer(0.05, send)
        timer.start()
        with pytest.raises(Interrupt):
            wait(spark, query)
        # 100 ms are promised; a shared machine gets some more.
        assert time.monotonic() - sent[0] < 1
    finally:
        signal.signal(signal.SIGUSR1, before)
        leave.set()
        query.stop()


# Settings.


def test_every_setting_of_streaming_is_honoured_or_refused(spark: SparkSession) -> None:
    recorded = json.loads((Path(__file__).parent / "recorded/streaming_settings.json").read_text())
    page = (ROOT / "docs" / "streaming-settings.md").read_text()
    told = dict(re.findall(r"^\| `([\w.]+)` \| [^|]+ \| ([^|]+) \|$", page, re.MULTILINE))
    prefix = "spark.sql.streaming."
    assert sorted(prefix + name for name in told if not name.startswith("spark.")) == list(recorded)
    for key, default in recorded.items():
        name = key.removeprefix(prefix)
        assert spark._native.conf_find(key) == default, key
        other = "false" if default == "true" else "true" if default == "false" else "7"
        other = {"stateStore.encodingFormat": "avro"}.get(name, other)
        if told[name].startswith("honoured"):
            continue
        if told[name].startswith("kept"):
            spark.conf.set(key, other)
            spark.conf.unset(key)
            continue
        with pytest.raises(PySparkException, match=re.escape(key)) as raised:
            spark.conf.set(key, other)
        refused = isinstance(raised.value, PySparkNotImplementedError)
        assert refused or raised.value.getCondition() == "CANNOT_MODIFY_STATIC_CONFIG"


def test_listeners_by_class_name_are_refused() -> None:
    from caudal import _native

    with pytest.raises(PySparkNotImplementedError, match="streamingQueryListeners"):
        _native.Session({"spark.sql.streaming.streamingQueryListeners": "a.B"})


def test_batches_without_data_can_be_switched_off(spark: SparkSession) -> None:
    def released(flag: str) -> list[Any]:
        rows: list[Any] = []
        spark.conf.set("spark.sql.streaming.noDataMicroBatches.enabled", flag)
        query = into(counts(events(spark)), lambda frame, batch: rows.extend(frame.collect()))
        query.processAllAvailable()
        query.stop()
        return rows

    try:
        assert released("false") == []
        assert [row.n for row in released("true")] == [1]
    finally:
        spark.conf.unset("spark.sql.streaming.noDataMicroBatches.enabled")


# Why there is no output.


def events(spark: SparkSession) -> Any:
    stream = MemoryStream(spark, "t TIMESTAMP")
    stream.addData("2024-01-01 10:00:01", "2024-01-01 10:00:30")
    return stream.toDF().withWatermark("t", "10 seconds")


def counts(df: Any) -> Any:
    return df.groupBy(F.window("t", "10 seconds")).agg(F.count("*").alias("n"))


def test_a_window_that_is_held_says_what_must_be_seen(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "t TIMESTAMP")
    query = into(counts(stream.toDF().withWatermark("t", "10 seconds")), nothing)
    stream.addData("2024-01-01 10:00:01", "2024-01-01 10:00:05")
    query.processAllAvailable()
    why = query.whyEmpty()
    assert why["rowsOut"] == 0 and why["watermark"] == "2024-01-01T09:59:55.000Z"
    [operator] = why["operators"]
    assert operator["name"] == "stateStoreSave" and operator["rowsHeld"] == 1
    assert operator["nextRelease"] == "2024-01-01T10:00:10.000Z"
    assert operator["mustSee"] == "2024-01-01T10:00:20.000Z"
    assert [held["column"] for held in why["watermarks"]] == ["t"]
    assert why["watermarks"][0]["holdsBack"]
    assert "must come to 2024-01-01T10:00:20.000Z" in why["summary"]
    assert str(why).splitlines()[0] == why["summary"]
    # The moment that it names is the moment: a millisecond before it releases nothing.
    rows = query.lastProgress.sink.numOutputRows
    stream.addData("2024-01-01 10:00:19.999")
    query.processAllAvailable()
    assert (rows, query.lastProgress.sink.numOutputRows) == (0, 0)
    stream.addData("2024-01-01 10:00:20")
    query.processAllAvailable()
    assert query.lastProgress.sink.numOutputRows == 1
    assert query.whyEmpty()["rowsOut"] == 1
    query.stop()


def test_rows_that_are_late_and_rows_that_are_filtered_out(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "t TIMESTAMP")
    df = stream.toDF().withWatermark("t", "0 seconds").dropDuplicates(["t"])
    query = into(df, nothing)
    stream.addData("2024-01-01 10:00:30")
    query.processAllAvailable()
    stream.addData("2024-01-01 10:00:01", "2024-01-01 10:00:02")
    query.processAllAvailable()
    why = query.lastProgress.whyEmpty
    assert why["operators"][0]["rowsDroppedLate"] == 2
    assert "2 rows came behind the watermark" in why["summary"]
    assert "whyEmpty" not in query.lastProgress.json
    assert query.lastProgress.stateOperators[0].numRowsDroppedByWatermark == 2
    query.stop()
    query = into(numbers(spark).toDF().filter("n > 5"), nothing)
    query.processAllAvailable()
    assert "none was left" in query.whyEmpty()["summary"]
    query.stop()


def test_no_rows_at_all(spark: SparkSession) -> None:
    query = into(MemoryStream(spark, "n INT").toDF(), nothing)
    query.processAllAvailable()
    assert query.whyEmpty()["summary"] == "No source has new rows."
    query.stop()


def test_the_source_that_holds_the_watermark_back(spark: SparkSession) -> None:
    ahead, behind = MemoryStream(spark, "t TIMESTAMP"), MemoryStream(spark, "t TIMESTAMP")
    both = (
        ahead.toDF()
        .withWatermark("t", "0 seconds")
        .union(behind.toDF().withWatermark("t", "5 seconds"))
    )
    query = into(counts(both), nothing)
    ahead.addData("2024-01-01 10:01:00")
    query.processAllAvailable()
    why = query.whyEmpty()
    held = {w["delayMs"]: (w["holdsBack"], w["reached"]) for w in why["watermarks"]}
    assert held == {0: (False, "2024-01-01T10:01:00.000Z"), 5000: (True, None)}
    assert [w["sources"] for w in why["watermarks"] if w["holdsBack"]] == [[repr(behind)]]
    query.stop()


# Late rows and idle sources.


def dropped(query: Any) -> list[tuple[int, int]]:
    """Late groups by batch. The record of a first look without data has no operators."""
    return [
        (p.batchId, p.stateOperators[0].numRowsDroppedByWatermark)
        for p in query.recentProgress
        if p.stateOperators
    ]


def late_files(folder: Path) -> dict[str, list[Any]]:
    return {
        path.name: [json.loads(line) for line in path.read_text().splitlines()]
        for path in sorted(folder.iterdir())
    }


def test_late_rows_of_an_aggregation_are_kept(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "t TIMESTAMP, k STRING, v INT")
    df = stream.toDF().withWatermark("t", "0 seconds")
    df = df.groupBy(F.window("t", "10 seconds"), "k").agg(F.sum("v"))
    query = (
        df.writeStream.foreachBatch(nothing)
        .option("caudal.lateRowsPath", str(tmp_path / "late"))
        .start()
    )
    stream.addData(("2024-01-01 10:00:30", "a", 1))
    query.processAllAvailable()
    stream.addData(
        ("2024-01-01 10:00:01", "late", 2),
        ("2024-01-01 10:00:02.500", "late", None),
        ("2024-01-01 10:00:31", "a", 3),
    )
    query.processAllAvailable()
    query.stop()
    late = [(batch, count) for batch, count in dropped(query) if count]
    assert [count for _, count in late] == [1]
    [(name, rows)] = late_files(tmp_path / "late").items()
    assert name == f"batch-{late[0][0]}-operator-0.json"
    window = {"start": "2024-01-01T10:00:00.000000Z", "end": "2024-01-01T10:00:10.000000Z"}
    assert rows == [{"k": "late", "v": 2, "window": window}, {"k": "late", "window": window}]


def test_late_rows_of_deduplication_are_kept(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "t TIMESTAMP, k STRING")
    df = stream.toDF().withWatermark("t", "0 seconds").dropDuplicates(["t"])
    query = (
        df.writeStream.foreachBatch(nothing)
        .option("caudal.lateRowsPath", str(tmp_path / "late"))
        .start()
    )
    stream.addData(("2024-01-01 10:00:30", "a"))
    query.processAllAvailable()
    stream.addData(("2024-01-01 10:00:01.250", "b"))
    query.processAllAvailable()
    query.stop()
    [rows] = late_files(tmp_path / "late").values()
    assert rows == [{"t": "2024-01-01T10:00:01.250000Z", "k": "b"}]


def test_late_rows_of_a_join_are_kept_with_each_sides_columns(
    spark: SparkSession, tmp_path: Path
) -> None:
    lefts = MemoryStream(spark, "lt TIMESTAMP, lk STRING")
    rights = MemoryStream(spark, "rt TIMESTAMP, rk STRING, rv INT")
    near = F.expr("lk = rk AND rt BETWEEN lt AND lt + INTERVAL 10 SECONDS")
    joined = (
        lefts.toDF()
        .withWatermark("lt", "0 seconds")
        .join(rights.toDF().withWatermark("rt", "0 seconds"), near)
    )
    query = (
        joined.writeStream.foreachBatch(nothing)
        .option("caudal.lateRowsPath", str(tmp_path / "late"))
        .start()
    )
    lefts.addData(("2024-01-01 10:00:30", "a"))
    rights.addData(("2024-01-01 10:00:30", "a", 1))
    query.processAllAvailable()
    lefts.addData(("2024-01-01 10:00:01", "left"), ("2024-01-01 10:00:31", "b"))
    rights.addData(("2024-01-01 10:00:02", "right", 2), ("2024-01-01 10:00:31", "b", 3))
    query.processAllAvailable()
    query.stop()
    # One batch or two: the query may take the rows of one side before the other's are there.
    rows = [row for batch in late_files(tmp_path / "late").values() for row in batch]
    assert rows == [
        {"lt": "2024-01-01T10:00:01.000000Z", "lk": "left"},
        {"rt": "2024-01-01T10:00:02.000000Z", "rk": "right", "rv": 2},
    ]
    assert sum(count for _, count in dropped(query)) == 2


def test_late_rows_of_a_function_with_state_are_kept(spark: SparkSession, tmp_path: Path) -> None:
    def counted(key: Any, frames: Any, state: Any) -> Any:
        total = sum(len(frame) for frame in frames)
        yield pd.DataFrame({"k": [key[0]], "n": [total]})

    stream = MemoryStream(spark, "t TIMESTAMP, k STRING")
    counts_by_key = (
        stream.toDF()
        .withWatermark("t", "0 seconds")
        .groupBy("k")
        .applyInPandasWithState(counted, "k STRING, n INT", "n INT", "update", "EventTimeTimeout")
    )
    query = (
        counts_by_key.writeStream.outputMode("update")
        .foreachBatch(nothing)
        .option("caudal.lateRowsPath", str(tmp_path / "late"))
        .start()
    )
    stream.addData(("2024-01-01 10:00:30", "a"))
    query.processAllAvailable()
    stream.addData(("2024-01-01 10:00:01", "b"), ("2024-01-01 10:00:31", "a"))
    query.processAllAvailable()
    query.stop()
    [rows] = late_files(tmp_path / "late").values()
    assert rows == [{"t": "2024-01-01T10:00:01.000000Z", "k": "b"}]


def test_why_an_outer_join_gives_nothing_yet(spark: SparkSession) -> None:
    lefts, rights = MemoryStream(spark, "lt TIMESTAMP"), MemoryStream(spark, "rt TIMESTAMP")
    near = F.expr("lt = rt")
    joined = (
        lefts.toDF()
        .withWatermark("lt", "5 seconds")
        .join(rights.toDF().withWatermark("rt", "5 seconds"), near, "left")
    )
    query = joined.writeStream.foreachBatch(nothing).start()
    lefts.addData("2024-01-01 10:00:30")
    rights.addData("2024-01-01 10:00:29")
    query.processAllAvailable()
    why = query.whyEmpty()
    query.stop()
    [join] = why["operators"]
    # The right row may go first; a row comes out only of the left.
    assert join["nextRelease"] == "2024-01-01T10:00:29.000Z"
    assert "symmetricHashJoin holds 2 rows until the watermark reaches" in why["summary"]


def test_why_a_function_with_state_waits(spark: SparkSession) -> None:
    def waits(key: Any, frames: Any, state: Any) -> Any:
        if not state.hasTimedOut:
            state.update((1,))
            state.setTimeoutTimestamp(1704103260000)
        yield from ()

    stream = MemoryStream(spark, "t TIMESTAMP, k STRING")
    rows = stream.toDF().withWatermark("t", "5 seconds").groupBy("k")
    frame = rows.applyInPandasWithState(waits, "k STRING", "n INT", "append", "EventTimeTimeout")
    query = frame.writeStream.foreachBatch(nothing).start()
    stream.addData(("2024-01-01 10:00:30", "a"))
    query.processAllAvailable()
    why = query.whyEmpty()
    query.stop()
    [function] = why["operators"]
    # A timeout fires once the watermark is after it.
    assert function["nextRelease"] == "2024-01-01T10:01:00.001Z"
    assert function["mustSee"] == "2024-01-01T10:01:05.001Z"


def test_a_processor_wants_the_store_that_spark_wants(spark: SparkSession) -> None:
    class Keys(StatefulProcessor):
        def init(self, handle: Any) -> None:
            pass

        def handleInputRows(self, key: Any, rows: Any, timerValues: Any) -> Any:
            yield pd.DataFrame({"k": [key[0]]})

    setting = "spark.sql.streaming.stateStore.providerClass"
    store = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
    stream = MemoryStream(spark, "k STRING")
    stream.addData("a")

    def run() -> list[str]:
        given: list[str] = []
        frame = (
            stream.toDF()
            .groupBy("k")
            .transformWithStateInPandas(Keys(), "k STRING", "Update", "None")
        )
        writer = frame.writeStream.outputMode("update")
        query = writer.foreachBatch(lambda f, n: given.extend(r.k for r in f.collect())).start()
        try:
            query.processAllAvailable()
        finally:
            query.stop()
        return given

    refused = r"STORE_BACKEND_NOT_SUPPORTED_FOR_TWS.*HDFSBackedStateStoreProvider"
    with pytest.raises(StreamingQueryException, match=refused):
        run()
    spark.conf.set(setting, store)
    try:
        assert run() == ["a"]
    finally:
        spark.conf.unset(setting)


def test_an_idle_source_does_not_hold_the_watermark_back(spark: SparkSession) -> None:
    clock = ManualClock(datetime(2024, 1, 1))
    ahead, behind = MemoryStream(spark, "t TIMESTAMP"), MemoryStream(spark, "t TIMESTAMP")
    both = (
        ahead.toDF()
        .withWatermark("t", "0 seconds")
        .union(behind.toDF().withWatermark("t", "0 seconds"))
    )
    released: list[Any] = []
    writer = counts(both).writeStream.foreachBatch(
        lambda frame, batch: released.extend(row.window.end for row in frame.collect())
    )
    writer.trigger(processingTime="1 second").option("caudal.watermark.idleTimeout", "1 minute")
    with use_clock(spark, clock):
        query = writer.start()
    clock.advance("30 seconds")
    ahead.addData("2024-01-01 10:00:01", "2024-01-01 10:01:00")
    clock.advance("1 second")
    assert released == [] and not any(w["idle"] for w in query.whyEmpty()["watermarks"])
    clock.advance("29 seconds")
    assert released == []
    clock.advance("1 second")
    assert released == [datetime(2024, 1, 1, 10, 0, 10)]
    assert [w["idle"] for w in query.whyEmpty()["watermarks"]] in ([False, True], [True, False])
    # Its rows may be late now, and it is waited for again.
    behind.addData("2024-01-01 10:00:02", "2024-01-01 10:01:30")
    ahead.addData("2024-01-01 10:02:30")
    clock.advance("1 second")
    clock.advance("1 second")
    query.stop()
    assert sum(count for _, count in dropped(query)) == 1
    assert query.whyEmpty()["watermark"] == "2024-01-01T10:01:30.000Z"


def test_the_idle_timeout_is_an_interval(spark: SparkSession) -> None:
    writer = numbers(spark).toDF().writeStream.foreachBatch(nothing)
    with pytest.raises(IllegalArgumentException, match="UNRECOGNIZED_NUMBER"):
        writer.option("caudal.watermark.idleTimeout", "soon").start()
