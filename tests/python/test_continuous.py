"""The continuous trigger over a memory stream, which Spark cannot show, and its limits."""

import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from caudal.errors import AnalysisException, IllegalArgumentException, StreamingQueryException
from caudal.sql import SparkSession
from caudal.sql import functions as F
from caudal.testing import ManualClock, MemoryStream, use_clock

HOUR = {"continuous": "1 hour"}


def wait_for(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.005)


def start(frame, checkpoint: Path | None = None, name: str | None = None, **trigger: str):
    writer = frame.writeStream.trigger(**(trigger or HOUR))
    writer = writer.format("noop") if name is None else writer.format("memory").queryName(name)
    if checkpoint is not None:
        writer = writer.option("checkpointLocation", str(checkpoint))
    return writer.start()


def ended(folder: Path) -> list[str]:
    """The place of each committed epoch."""
    logs = sorted(int(f.name) for f in (folder / "commits").glob("[0-9]*"))
    return [(folder / "offsets" / str(n)).read_text().split("\n")[2] for n in logs]


def test_rows_go_on_without_a_batch(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "id INT")
    query = start(stream.toDF().where("id % 2 = 0").selectExpr("id * 10 AS ten"), name="tens")
    stream.addData(1, 2)
    stream.addData(4)
    # Waiting for all ends the epoch, which the interval would do in an hour.
    query.processAllAvailable()
    assert sorted(r.ten for r in spark.table("tens").collect()) == [20, 40]
    stream.addData(6)
    query.processAllAvailable()
    assert spark.table("tens").count() == 3
    assert query.lastProgress is None and query.recentProgress == []
    query.stop()
    assert query.exception() is None


def test_a_stop_commits_what_the_sink_has(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "id INT")
    query = start(stream.toDF(), tmp_path)
    query.processAllAvailable()
    stream.addData(1)
    query.processAllAvailable()
    stream.addData(2)
    query.processAllAvailable()
    query.stop()
    places = ended(tmp_path)
    assert places[0] == "-"
    assert places[-1] == "1"
    assert places == sorted(places)


def test_either_trigger_goes_on_where_the_other_was(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "id INT")
    kept: list[int] = []

    def batches() -> None:
        query = (
            stream.toDF()
            .writeStream.foreachBatch(lambda df, _: kept.extend(r.id for r in df.collect()))
            .option("checkpointLocation", str(tmp_path))
            .start()
        )
        query.processAllAvailable()
        query.stop()

    stream.addData(1)
    batches()
    stream.addData(2)
    query = start(stream.toDF(), tmp_path)
    query.processAllAvailable()
    query.stop()
    stream.addData(3)
    batches()
    assert kept == [1, 3]


def test_the_checkpoint_lets_go_of_rows(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "id INT", keepAll=False)
    query = start(stream.toDF(), tmp_path)
    stream.addData(1)
    query.processAllAvailable()
    query.stop()
    late = start(stream.toDF())
    with pytest.raises(StreamingQueryException, match="does not have the offset 0"):
        late.processAllAvailable()


def test_epochs_end_by_the_clock(spark: SparkSession, tmp_path: Path) -> None:
    clock = ManualClock(1_000_000)
    with use_clock(spark, clock):
        rate = spark.readStream.format("rate").option("rowsPerSecond", 4)
        rate = rate.option("numPartitions", 1).load()
        query = start(rate, tmp_path, "rated", continuous="1 second")
        clock.wait_until_rest()
        for _ in range(3):
            for _ in range(4):
                clock.advance("250 milliseconds")
        query.processAllAvailable()
        rows = spark.table("rated").orderBy("value").collect()
        query.stop()
    assert [r.value for r in rows] == list(range(12))
    steps = {b.timestamp - a.timestamp for a, b in itertools.pairwise(rows)}
    assert [step.total_seconds() for step in steps] == [0.25]
    assert len(ended(tmp_path)) >= 4


def test_more_than_a_row_a_millisecond_keeps_its_pace(spark: SparkSession) -> None:
    clock = ManualClock(1_000_000)
    with use_clock(spark, clock):
        rate = spark.readStream.format("rate").option("rowsPerSecond", 2_500)
        query = start(rate.option("numPartitions", 1).load(), None, "fast", continuous="1 second")
        clock.wait_until_rest()
        clock.advance("2 seconds")
        query.processAllAvailable()
        values = sorted(r.value for r in spark.table("fast").collect())
        query.stop()
    assert values == list(range(5_000))


def test_a_rate_stream_keeps_its_kind_of_trigger(spark: SparkSession, tmp_path: Path) -> None:
    rate = spark.readStream.format("rate").option("numPartitions", 1).load()
    query = start(rate, tmp_path)
    query.processAllAvailable()
    query.stop()
    batches = rate.writeStream.format("noop").option("checkpointLocation", str(tmp_path)).start()
    with pytest.raises(StreamingQueryException, match="the kind of trigger"):
        batches.processAllAvailable()


def test_the_time_is_refused_and_can_be_let_through(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "id INT")
    timed = stream.toDF().select("id", F.current_timestamp().alias("now"))
    with pytest.raises(AnalysisException, match="current time operations"):
        start(timed)
    check = "spark.sql.streaming.unsupportedOperationCheck"
    spark.conf.set(check, "false")
    try:
        query = start(timed, name="timed")
        stream.addData(1)
        query.processAllAvailable()
        first = spark.table("timed").collect()[0].now
        stream.addData(2)
        query.processAllAvailable()
        query.stop()
        assert max(r.now for r in spark.table("timed").collect()) > first
        counted = start(stream.toDF().groupBy("id").count())
        with pytest.raises(StreamingQueryException, match="an operator with state"):
            counted.processAllAvailable()
    finally:
        spark.conf.unset(check)


def test_the_real_time_trigger_is_refused_by_name(spark: SparkSession) -> None:
    writer = spark.readStream.format("rate").load().writeStream
    with pytest.raises(NotImplementedError, match=r"trigger\(realTime\)"):
        writer.trigger(realTime="5 minutes")


def test_an_interval_is_read_at_the_call(spark: SparkSession) -> None:
    writer = spark.readStream.format("rate").load().writeStream
    with pytest.raises(IllegalArgumentException, match="should not be negative"):
        writer.trigger(continuous="-1 second")
