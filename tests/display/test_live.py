"""A stream on display, looked at step by step: what is read, what is sent, how it ends."""

from __future__ import annotations

import io
import sys
import threading
from typing import Any

import pytest

from caudal.notebook.display import _html, _live, _options, _outputs, display
from caudal.notebook.display._page import Heading, Page
from caudal.notebook.display._rows import Rows, difference
from caudal.sql import functions as F
from caudal.testing import MemoryStream


class Kept:
    """An output that keeps what it is told, and makes the rows from the changes as pages do."""

    interval = 0.0

    def __init__(self) -> None:
        self.rows: list[Any] = []
        self.changes: list[dict[str, Any]] = []
        self.strips: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.is_over = False

    def show(self, page: Any, strip: dict[str, Any]) -> None:
        self.rows = list(page.rows)
        self.strips.append(strip)

    def update(self, page: Any, strip: dict[str, Any], change: dict[str, Any]) -> None:
        self.changes.append(change)
        self.strips.append(strip)
        self.notes.append(page.note)
        if "rows" in change:
            self.rows = list(change["rows"])
        else:
            del self.rows[: change.get("drop", 0)]
            del self.rows[change.get("length", len(self.rows)) :]
            for position, row in change.get("set", ()):
                self.rows[position] = row
            self.rows += change.get("append", [])
        assert self.rows == page.rows

    def finish(self, page: Any, strip: dict[str, Any]) -> None:
        self.strips.append(strip)
        self.is_over = True
        self.rows = list(page.rows)


def stepped(frame: Any, limit: int = 1000, **options: Any) -> tuple[Any, Kept]:
    """A display without its thread: each `_step` is a look."""
    query, mode = _live._started(frame, _options.live_of(options))
    rows = Rows(frame.sparkSession.table(query.name), limit, mode == "complete")
    output = Kept()
    live = _live.LiveDisplay(query, rows, output, 0.1)
    live._show("")
    return live, output


def test_a_look_without_a_batch_since_reads_and_sends_nothing(spark: Any) -> None:
    stream = MemoryStream(spark, "id int")
    live, output = stepped(stream.toDF())
    stream.addData(1, 2)
    live.query.processAllAvailable()
    assert live._step() and live._step() and live._step()
    assert output.changes == [{"first": 0, "rows": [["1"], ["2"]], "note": "2 rows"}]
    live.query.stop()
    assert not live._step()
    assert output.is_over and output.strips[-1]["state"] == "stopped"


def test_only_new_rows_of_a_growing_table_are_sent(spark: Any) -> None:
    stream = MemoryStream(spark, "id int")
    live, output = stepped(stream.toDF(), limit=3)
    for block in ([1, 2], [3, 4], [5, 6, 7, 8, 9]):
        stream.addData(block)
        live.query.processAllAvailable()
        live._step()
    assert [{k: c.get(k) for k in ("drop", "append", "rows", "first")} for c in output.changes] == [
        {"drop": None, "append": None, "rows": [["1"], ["2"]], "first": 0},
        {"drop": 1, "append": [["3"], ["4"]], "rows": None, "first": 1},
        {"drop": None, "append": None, "rows": [["7"], ["8"], ["9"]], "first": 6},
    ]
    assert output.notes[-1] == "the last 3 rows of 9; the chart is of these rows"


def test_only_rows_that_differ_of_a_whole_table_are_sent(spark: Any) -> None:
    stream = MemoryStream(spark, "k string")
    live, output = stepped(stream.toDF().groupBy("k").count().orderBy("k"))
    for block in (list("abcdef"), ["c"], ["g"]):
        stream.addData(block)
        live.query.processAllAvailable()
        live._step()
    assert output.changes[1] == {"length": 6, "set": [[2, ["c", "2"]]], "append": []}
    assert output.changes[2] == {"length": 7, "set": [], "append": [["g", "1"]], "note": "7 rows"}


def test_the_strip_has_the_figures_of_the_last_progress(spark: Any) -> None:
    stream = MemoryStream(spark, "k string")
    live, output = stepped(stream.toDF().groupBy("k").count(), streamName="counts")
    stream.addData("a", "b", "a")
    live.query.processAllAvailable()
    live._step()
    figures, progress = output.strips[-1]["figures"], live.query.lastProgress
    assert output.strips[-1]["status"] == "● counts · running"
    assert figures["batch"]["text"] == "0"
    assert figures["state"] == {"text": "2", "value": 2}
    assert figures["duration"]["value"] == progress["batchDuration"]
    assert figures["processing"]["value"] == progress["processedRowsPerSecond"]
    assert figures["input"]["value"] == (progress["inputRowsPerSecond"] or 0.0)


def test_a_query_that_fails_says_so(spark: Any) -> None:
    stream = MemoryStream(spark, "id int")
    failing = F.when(F.col("id") < 2, F.col("id")).otherwise(F.raise_error(F.lit("<b>two</b>")))
    live, output = stepped(stream.toDF().select(failing.alias("id")))
    stream.addData(1)
    live.query.processAllAvailable()
    live._step()
    stream.addData(2)
    with pytest.raises(Exception, match="two"):
        live.query.awaitTermination()
    assert not live._step()
    assert output.strips[-1]["state"] == "failed"
    assert "<b>two</b>" in output.strips[-1]["hint"]
    assert output.rows == [["1"]]


def test_the_output_mode_is_the_first_that_fits(spark: Any) -> None:
    stream = MemoryStream(spark, "k string, at timestamp")
    late = stream.toDF().withWatermark("at", "1 minute")
    for frame, mode in (
        (stream.toDF(), "append"),
        (stream.toDF().groupBy("k").count(), "complete"),
        (late.dropDuplicates(["k"]), "append"),
    ):
        query, chosen = _live._started(frame, _options.live_of({}))
        query.stop()
        assert chosen == mode
    with pytest.raises(Exception, match="Invalid streaming output mode: append"):
        _live._started(
            stream.toDF().groupBy("k").count(), _options.live_of({"outputMode": "append"})
        )
    assert spark.streams.active == []


def test_a_session_that_is_gone_ends_the_display(spark: Any) -> None:
    stream = MemoryStream(spark, "id int")
    live, output = stepped(stream.toDF())
    stream.addData(1)
    live.query.processAllAvailable()
    live._step()
    spark.stop()
    assert not live._step()
    assert output.is_over and output.rows == [["1"]]


def test_the_thread_follows_the_query_to_its_end(
    spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = MemoryStream(spark, "id int")
    live = display(stream.toDF(), wait=False, streamName="followed")
    assert live is not None and repr(live) == "LiveDisplay('followed', running)"
    stream.addData(7)
    live.query.processAllAvailable()
    live.query.stop()
    assert live.wait(60)
    assert repr(live) == "LiveDisplay('followed', ended)"
    out = capsys.readouterr().out
    last = out[out.rindex("■ followed · stopped") :]
    assert last.splitlines()[1:] == ["+---+", "| id|", "+---+", "|  7|", "+---+"]
    assert not [t for t in threading.enumerate() if t.name == "display followed"]


def test_waiting_ends_with_what_is_there_now(
    spark: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = MemoryStream(spark, "id int")
    stream.addData(1, 2)
    live = display(stream.toDF(), availableNow=True)
    assert live is not None and not live.query.isActive
    assert "|  2|\n+---+\n" in capsys.readouterr().out


def test_an_interrupt_of_the_wait_stops_the_query(
    spark: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Any, timeout: float | None = None) -> bool:
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(_live.LiveDisplay, "wait", interrupted)
    live = display(MemoryStream(spark, "id int").toDF())
    assert live is not None and not live.query.isActive
    assert live.wait(0.1)


def test_a_failure_of_the_display_is_said_and_leaves_the_query(
    spark: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(self: Any) -> bool:
        raise RuntimeError("no room")

    monkeypatch.setattr(_live.LiveDisplay, "_step", fails)
    live = display(MemoryStream(spark, "id int").toDF(), wait=False)
    assert live is not None and live.wait(60)
    assert live.query.isActive
    assert (
        "The display failed, the query goes on: RuntimeError('no room')" in capsys.readouterr().out
    )
    live.query.stop()


def test_a_terminal_is_drawn_over_and_a_file_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Page([Heading("n", "int", "number")], [["1"]])
    strip = {
        "state": "running", "status": "●", "hint": "",
        "figures": {name: {"text": "1"} for name in _html.FIGURES},
    }  # fmt: skip
    for out, back in ((Terminal(), 1), (io.StringIO(), 0)):
        monkeypatch.setattr(sys, "stdout", out)
        output = _outputs.TextOutput(20)
        output.show(shown, strip)
        output.update(shown, strip, {})
        monkeypatch.undo()
        assert out.getvalue().count("\x1b[6F\x1b[J") == back


def test_differences() -> None:
    assert difference([["a"]], [["a"]]) == {}
    assert difference([["a"], ["b"], ["c"]], [["a"]]) == {"length": 1, "set": [], "append": []}
    assert difference([["a"], ["b"]], [["x"], ["y"]]) == {"rows": [["x"], ["y"]]}
