"""Functions of the user's whose action is given up, or whose query is stopped: they end where
they are, and not with their batch, which would take hours here.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from caudal.sql import SparkSession
from caudal.sql import functions as F

#: So long does nothing take that is not stopped.
PATIENCE = 10.0


class Slow:
    """Functions that say that they run, with each row that they spend time on."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.calls = 0

    def row(self, value: Any) -> Any:
        self.calls += 1
        self.begun.set()
        time.sleep(0.01)
        return value

    def series(self, values: pd.Series) -> pd.Series:
        return pd.Series([self.row(value) for value in values])

    def frame(self, frame: pd.DataFrame) -> pd.DataFrame:
        self.series(frame.id)
        return frame

    def frames(self, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            yield self.frame(frame)

    def has_ended(self) -> bool:
        """Whether nothing of them runs any more, soon."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            before = self.calls
            time.sleep(0.2)
            if self.calls == before:
                return True
        return False


KINDS: dict[str, Callable[[Any, Slow], Any]] = {
    "udf": lambda df, slow: df.select(F.udf(lambda v: slow.row(v), "long")("id")),
    "pandas_udf": lambda df, slow: df.select(F.pandas_udf(slow.series, "long")("id")),
    "mapInPandas": lambda df, slow: df.mapInPandas(slow.frames, "id long"),
    "applyInPandas": lambda df, slow: df.groupBy().applyInPandas(
        lambda frame: slow.frame(frame), "id long"
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_interrupt_ends_a_function(spark: SparkSession, kind: str) -> None:
    slow = Slow()
    frame = KINDS[kind](spark.range(0, 1_000_000, 1, 1), slow)

    def interrupt() -> None:
        slow.begun.wait(PATIENCE)
        signal.raise_signal(signal.SIGINT)

    thread = threading.Thread(target=interrupt, daemon=True)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        frame.collect()
    thread.join(PATIENCE)
    assert slow.has_ended()
    assert spark.range(3).count() == 3


@pytest.mark.parametrize("kind", ["udf", "pandas_udf", "mapInPandas"])
def test_stop_ends_a_function(spark: SparkSession, tmp_path: Path, kind: str) -> None:
    (tmp_path / "1.json").write_text('{"id":1}\n' * 100_000)
    slow = Slow()
    stream = spark.readStream.schema("id LONG").json(str(tmp_path))
    query = KINDS[kind](stream, slow).writeStream.format("noop").start()
    assert slow.begun.wait(PATIENCE)
    start = time.monotonic()
    query.stop()
    assert time.monotonic() - start < PATIENCE
    assert query.exception() is None and not query.isActive
    assert slow.has_ended()


def test_stop_lets_a_sink_finish_but_not_its_actions(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text('{"id":1}\n' * 100_000)
    slow, seen = Slow(), []

    def batch(frame: Any, number: int) -> None:
        try:
            frame.select(F.udf(lambda v: slow.row(v), "long")("id")).collect()
        finally:
            seen.append(number)

    stream = spark.readStream.schema("id LONG").json(str(tmp_path))
    query = stream.writeStream.foreachBatch(batch).start()
    assert slow.begun.wait(PATIENCE)
    start = time.monotonic()
    query.stop()
    assert time.monotonic() - start < PATIENCE
    assert seen == [0] and query.exception() is None
    assert slow.has_ended()


def test_a_function_has_the_settings_of_its_frame(spark: SparkSession) -> None:
    other = spark.newSession()
    other.conf.set("spark.sql.session.timeZone", "Asia/Tokyo")
    other.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 3)
    spark.conf.set("spark.sql.session.timeZone", "America/Sao_Paulo")
    try:
        moment = other.sql("select timestamp'2024-01-01 12:00:00' as t")
        shown: Any = F.pandas_udf(lambda s: s.map(str), "string")
        assert moment.select(shown("t")).collect()[0][0] == "2024-01-01 12:00:00"
        frames = other.range(0, 7, 1, 1).mapInPandas(
            lambda frames: (pd.DataFrame({"n": [len(frame)]}) for frame in frames), "n long"
        )
        assert [row.n for row in frames.collect()] == [3, 3, 1]
        counted: Any = F.pandas_udf(lambda s: pd.Series([len(s)] * len(s)), "long")
        counts = other.range(0, 7, 1, 1).select(counted("id").alias("n"))
        assert [row.n for row in counts.collect()] == [3, 3, 3, 3, 3, 3, 1]
    finally:
        spark.conf.unset("spark.sql.session.timeZone")
