"""What ships for users' streaming tests: memory streams and the manual clock."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from collected import Collected, timestamps

import caudal
from caudal.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkTypeError,
    PySparkValueError,
    StreamingQueryException,
)
from caudal.sql import Row, SparkSession
from caudal.testing import (
    CheckAnswer,
    ManualClock,
    MemoryStream,
    check_stream,
    use_clock,
)

ROOT = Path(caudal.__file__).parent.parent


@pytest.fixture(autouse=True)
def no_query_is_left(spark: SparkSession) -> Iterator[None]:
    yield
    left = spark.streams.active
    for query in left:
        query.stop()
    assert left == []


# Memory streams.


def test_rows_in_every_form(spark: SparkSession) -> None:
    import pandas
    import pyarrow

    stream = MemoryStream(spark, "id INT, name STRING")
    assert stream.latestOffset == -1
    forms: list[tuple[Any, ...]] = [
        ((1, "a"), (2, "b")),
        (Row(id=3, name="c"), [4, "d"], {"name": "e", "id": 5}, {"id": 6}),
        ([(7, "g")],),
        ([],),
        (),
        (spark.createDataFrame([(8, "h")], stream.schema),),
        (pandas.DataFrame({"name": ["i"], "id": [9]}),),
        (pyarrow.table({"name": ["j"], "id": pyarrow.array([10], pyarrow.int32())}),),
    ]
    assert [stream.addData(*rows) for rows in forms] == list(range(len(forms)))
    assert stream.latestOffset == len(forms) - 1
    names = [*"abcde", None, *"ghij"]
    check_stream(stream.toDF(), "append", CheckAnswer(*zip(range(1, 11), names, strict=True)))


def test_rows_of_polars(spark: SparkSession) -> None:
    polars = pytest.importorskip("polars", reason="only the benchmarks need polars")
    stream = MemoryStream(spark, "id INT, name STRING")
    stream.addData(
        polars.DataFrame({"name": ["k"], "id": [11]}, schema_overrides={"id": polars.Int32})
    )
    check_stream(stream.toDF(), "append", CheckAnswer((11, "k")))


def test_values_of_a_single_column(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "int")
    assert stream.toDF().columns == ["value"]
    stream.addData(1, 2)
    stream.addData([3, None])
    check_stream(stream.toDF(), "append", CheckAnswer(1, 2, 3, None))


def test_moments_as_text(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "at TIMESTAMP, local TIMESTAMP_NTZ, day DATE, text STRING")
    text = ("2024-01-01 10:00:05", "2024-01-01T10:00:05.5", "2024-01-02", "2024-01-03")
    stream.addData(text)
    with Collected(stream.toDF()) as got:
        got.query.processAllAvailable()
    moment = datetime(2024, 1, 1, 10, 0, 5)
    expected = (moment, moment.replace(microsecond=500_000), date(2024, 1, 2), "2024-01-03")
    assert got.batches == [[expected]]
    check_stream(stream.toDF(), "append", CheckAnswer(text))


@pytest.mark.parametrize(
    ("rows", "error", "text"),
    [
        (((1,),), PySparkValueError, "length"),
        (((1, "a", 2),), PySparkValueError, "length"),
        ((("1", "a"),), PySparkTypeError, "IntegerType"),
        (({"id": 1, "nam": "a"},), PySparkTypeError, "'nam' is not a column of MemoryStream"),
        ((7,), PySparkValueError, "length"),
    ],
)
def test_rows_that_do_not_fit(
    spark: SparkSession, rows: tuple[Any, ...], error: type[Exception], text: str
) -> None:
    stream = MemoryStream(spark, "id INT, name STRING")
    with pytest.raises(error, match=text):
        stream.addData(*rows)
    assert stream.latestOffset == -1


def test_a_frame_of_other_columns_is_refused(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "id INT, name STRING")
    for ddl in ("id BIGINT, name STRING", "id INT, nam STRING", "name STRING, id INT", "id INT"):
        with pytest.raises(IllegalArgumentException, match="cannot be added to a stream of"):
            stream.addData(spark.createDataFrame([], ddl))
    with pytest.raises(AnalysisException, match="streaming sources"):
        stream.addData(stream.toDF())
    assert stream.latestOffset == -1


def test_a_column_that_may_not_be_null(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "id INT NOT NULL")
    assert stream.toDF().schema["id"].nullable is False
    with pytest.raises(PySparkValueError):
        stream.addData((None,))
    stream.addData(1)
    check_stream(stream.toDF(), "append", CheckAnswer(1))


def test_the_schema_must_be_one(spark: SparkSession) -> None:
    with pytest.raises(PySparkTypeError, match="NOT_EXPECTED_TYPE"):
        MemoryStream(spark, ["id"])  # type: ignore[arg-type]


def test_progress_and_offsets_are_those_of_spark(spark: SparkSession, tmp_path: Path) -> None:
    """Recorded from Spark's own MemoryStream: one number a batch, and its description."""
    stream = MemoryStream(spark, "id INT, t TIMESTAMP, name STRING, n BIGINT")
    assert re.fullmatch(r"MemoryStream\[id#\d+,t#\d+,name#\d+,n#\d+L\]", repr(stream))
    row = (1, None, None, None)
    with Collected(stream.toDF(), tmp_path) as got:
        for _ in range(3):
            stream.addData(row, row)
            got.query.processAllAvailable()
        # The first look may come before the first rows, and has a record then.
        records = [p for p in got.query.recentProgress if p.numInputRows]
        sources = [json.loads(p.json)["sources"] for p in records]
    assert [s["description"] for [s] in sources] == [repr(stream)] * 3
    assert [s["startOffset"] for [s] in sources] == [None, 0, 1]
    assert [s["endOffset"] for [s] in sources] == [0, 1, 2]
    assert [s["numInputRows"] for [s] in sources] == [2, 2, 2]
    lines = [(tmp_path / "offsets" / str(n)).read_text().splitlines() for n in range(3)]
    assert [(line[0], line[2:]) for line in lines] == [("v1", [str(n)]) for n in range(3)]


def test_a_batch_takes_all_that_is_there(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "int")
    stream.addData(1)
    stream.addData(2, 3)
    for trigger in ({"once": True}, {"availableNow": True}, {}):
        with Collected(stream.toDF(), **trigger) as got:
            got.query.processAllAvailable()
        assert got.batches == [[(1,), (2,), (3,)]], trigger


def test_available_now_leaves_what_comes_later(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "int")
    stream.addData(1)

    def one_more(frame: Any, batch: int) -> None:
        stream.addData(2)

    writer = stream.toDF().writeStream.foreachBatch(one_more).trigger(availableNow=True)
    query = writer.option("checkpointLocation", str(tmp_path)).start()
    assert query.awaitTermination(60) is True
    assert [p["numInputRows"] for p in query.recentProgress] == [1]
    with Collected(stream.toDF(), tmp_path, availableNow=True) as got:
        got.query.awaitTermination(60)
    assert got.batches == [[(2,)]]


def test_two_streams_in_a_query_and_two_queries_over_a_stream(spark: SparkSession) -> None:
    left, right = MemoryStream(spark, "int"), MemoryStream(spark, "int")
    left.addData(1)
    with (
        Collected(left.toDF().union(right.toDF())) as both,
        Collected(left.toDF().filter("value > 1")) as one,
    ):
        both.query.processAllAvailable()
        right.addData(10)
        both.query.processAllAvailable()
        left.addData(2)
        both.query.processAllAvailable()
        one.query.processAllAvailable()
    assert both.batches == [[(1,)], [(10,)], [(2,)]]
    assert [row for batch in one.batches for row in batch] == [(2,)]


def test_a_checkpoint_is_gone_on_from(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "int")
    stream.addData(1)
    with Collected(stream.toDF(), tmp_path) as got:
        got.query.processAllAvailable()
    stream.addData(2)
    with Collected(stream.toDF(), tmp_path) as again:
        again.query.processAllAvailable()
    assert (got.batches, again.batches) == ([[(1,)]], [[(2,)]])


def test_another_stream_under_the_checkpoint_is_an_error(
    spark: SparkSession, tmp_path: Path
) -> None:
    stream = MemoryStream(spark, "int")
    for n in range(3):
        stream.addData(n)
    with Collected(stream.toDF(), tmp_path) as got:
        got.query.processAllAvailable()
    other = MemoryStream(spark, "int")
    for added, has in ((0, "no rows from offset 0 on"), (1, "the offsets 0 to 0")):
        for n in range(added):
            other.addData(n)
        with Collected(other.toDF(), tmp_path) as again:
            with pytest.raises(StreamingQueryException) as caught:
                again.query.processAllAvailable()
            text = str(caught.value)
        assert f"{other!r} does not have the offset 2 that the checkpoint names" in text
        assert has in text
        assert again.batches == []
    # Nothing of the checkpoint was harmed.
    stream.addData(3)
    with Collected(stream.toDF(), tmp_path) as last:
        last.query.processAllAvailable()
    assert last.batches == [[(3,)]]


def test_a_planned_batch_that_is_no_longer_there(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "int")
    stream.addData(1)

    def fail(frame: Any, batch: int) -> None:
        raise ValueError("no")

    query = (
        stream.toDF().writeStream.foreachBatch(fail).option("checkpointLocation", str(tmp_path))
    ).start()
    with pytest.raises(StreamingQueryException):
        query.processAllAvailable()
    with (
        Collected(MemoryStream(spark, "int").toDF(), tmp_path) as again,
        pytest.raises(StreamingQueryException, match="does not have the offset 0"),
    ):
        again.query.processAllAvailable()
    with Collected(stream.toDF(), tmp_path) as good:
        good.query.processAllAvailable()
    assert good.batches == [[(1,)]]


def test_committed_rows_are_kept_unless_asked_otherwise(spark: SparkSession) -> None:
    for keep in (True, False):
        stream = MemoryStream(spark, "int", keepAll=keep)
        stream.addData(1)
        with Collected(stream.toDF()) as first:
            first.query.processAllAvailable()
            stream.addData(2)
            first.query.processAllAvailable()
        assert first.batches == [[(1,)], [(2,)]]
        stream.addData(3)
        with Collected(stream.toDF()) as late:
            if keep:
                late.query.processAllAvailable()
                assert late.batches == [[(1,), (2,), (3,)]]
            else:
                with pytest.raises(StreamingQueryException, match="have the offset 0 that"):
                    late.query.processAllAvailable()


def test_a_memory_stream_cannot_be_read_as_a_batch(spark: SparkSession) -> None:
    df = MemoryStream(spark, "int").toDF()
    assert df.isStreaming
    with pytest.raises(AnalysisException):
        df.collect()


# The clock.


def at(seconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)


def test_the_clock_is_moved_by_text_numbers_and_durations() -> None:
    clock = ManualClock(1_500)
    assert (clock.millis(), clock.now()) == (1_500, at(1.5))
    assert clock.advance("2 seconds") == at(3.5)
    assert clock.advance(250) == at(3.75)
    assert clock.advance(timedelta(microseconds=3)) == at(3.750003)
    assert clock.advance("1 minute 5 milliseconds") == at(63.755003)
    assert clock.set(1_000) == at(1)
    assert clock.set(datetime(2024, 1, 1)) == datetime(2024, 1, 1, tzinfo=timezone.utc)
    zone = timezone(timedelta(hours=2))
    assert ManualClock(datetime(2024, 1, 1, 2, tzinfo=zone)).millis() == 1_704_067_200_000
    for backwards in ("-1 second", -1, timedelta(seconds=-1)):
        with pytest.raises((ValueError, IllegalArgumentException)):
            clock.advance(backwards)
    with pytest.raises(IllegalArgumentException):
        clock.advance("1 month")
    with pytest.raises(IllegalArgumentException, match="UNRECOGNIZED_NUMBER"):
        clock.advance("soon")
    assert clock.now() == datetime(2024, 1, 1, tzinfo=timezone.utc)


def test_batches_run_at_ticks_and_take_their_time(spark: SparkSession) -> None:
    clock, stream = ManualClock(3_000), MemoryStream(spark, "int")
    stream.addData(0)
    with (
        use_clock(spark, clock),
        Collected(stream.toDF(), processingTime="10 seconds") as got,
    ):
        # The first batch does not wait for a tick.
        clock.advance(0)
        assert got.batches == [[(0,)]]
        stream.addData(1)
        clock.advance("6999 milliseconds")
        assert got.batches == [[(0,)]]
        stream.addData(2)
        clock.advance(1)
        assert got.batches == [[(0,)], [(1,), (2,)]]
        # Ticks at 20, 30 and 40 s pass at once: one batch, and the next one at 50 s.
        stream.addData(3)
        clock.advance("35 seconds")
        stream.addData(4)
        clock.advance("4 seconds")
        assert len(got.batches) == 3
        clock.advance("1 second")
        assert got.batches[2:] == [[(3,)], [(4,)]]
        assert timestamps(got.query) == ["00:03.000Z", "00:10.000Z", "00:45.000Z", "00:50.000Z"]


def test_a_tick_that_comes_during_a_batch_runs_right_after_it(spark: SparkSession) -> None:
    """As Spark's ProcessingTimeExecutor does: the next tick is counted from the last one."""
    clock, stream = ManualClock(0), MemoryStream(spark, "int")
    began: list[int] = []

    def slow(frame: Any, batch: int) -> None:
        began.append(clock.millis())
        if batch == 1:
            # The ticks at 20 and 30 s pass while the batch of 10 s runs.
            stream.addData(2)
            clock._native.set(35_000_000)

    stream.addData(0)
    with use_clock(spark, clock):
        query = (
            stream.toDF().writeStream.foreachBatch(slow).trigger(processingTime="10 seconds")
        ).start()
    clock.wait_until_rest()
    stream.addData(1)
    clock.advance("10 seconds")
    stream.addData(3)
    clock.advance("4 seconds")
    assert began == [0, 10_000, 35_000]
    clock.advance("1 second")
    assert began == [0, 10_000, 35_000, 40_000]
    query.stop()


def test_nobody_makes_a_query_look_before_its_tick(spark: SparkSession) -> None:
    clock, stream = ManualClock(0), MemoryStream(spark, "int")
    with use_clock(spark, clock), Collected(stream.toDF(), processingTime="1 minute") as got:
        clock.wait_until_rest()
        stream.addData(1)
        waiting = threading.Thread(target=got.query.processAllAvailable)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive() and got.batches == []
        clock.advance("1 minute")
        assert got.batches == [[(1,)]]
        clock.advance("1 minute")
        waiting.join(30)
        assert not waiting.is_alive()


def test_a_query_that_waits_for_the_clock_can_be_stopped(spark: SparkSession) -> None:
    clock = ManualClock(0)
    with use_clock(spark, clock):
        got = Collected(MemoryStream(spark, "int").toDF(), processingTime="1 hour")
    clock.wait_until_rest()
    start = time.monotonic()
    got.query.stop()
    assert time.monotonic() - start < 10 and not got.query.isActive
    clock.advance("2 hours")


def test_a_query_keeps_the_clock_that_it_was_started_under(spark: SparkSession) -> None:
    one, other = ManualClock(0), ManualClock(1_000_000)
    stream = MemoryStream(spark, "int")
    stream.addData(1)
    with use_clock(spark, one):
        first = Collected(stream.toDF(), processingTime="10 seconds")
        with use_clock(spark, other):
            second = Collected(stream.toDF(), processingTime="10 seconds")
    third = Collected(stream.toDF())
    one.advance(0)
    other.advance(0)
    third.query.processAllAvailable()
    assert timestamps(first.query) == ["00:00.000Z"]
    assert timestamps(second.query) == ["16:40.000Z"]
    assert third.query.lastProgress["timestamp"] > "2024"
    stream.addData(2)
    other.advance("10 seconds")
    assert (len(first.batches), len(second.batches)) == (1, 2)
    for got in (first, second, third):
        got.query.stop()


def test_a_failed_query_is_known_to_have_failed_when_the_clock_returns(
    spark: SparkSession,
) -> None:
    clock, stream = ManualClock(0), MemoryStream(spark, "int")

    def fail(frame: Any, batch: int) -> None:
        raise ValueError("no")

    with use_clock(spark, clock):
        query = (
            stream.toDF().writeStream.foreachBatch(fail).trigger(processingTime="1 second").start()
        )
    clock.advance(0)
    stream.addData(1)
    clock.advance("1 second")
    assert query.isActive is False and "no" in str(query.exception())


def test_a_clock_moved_from_within_a_batch_does_not_wait_for_ever(spark: SparkSession) -> None:
    clock, stream = ManualClock(0), MemoryStream(spark, "int")
    errors: list[BaseException] = []

    def move(frame: Any, batch: int) -> None:
        try:
            clock.advance("1 second", timeout=0.2)
        except TimeoutError as error:
            errors.append(error)

    stream.addData(1)
    with use_clock(spark, clock):
        query = (
            stream.toDF().writeStream.foreachBatch(move).trigger(processingTime="1 second").start()
        )
    clock.wait_until_rest()
    query.stop()
    assert [str(e) for e in errors] == ["a query has not come to rest within 0.2 seconds"]
    assert clock.millis() == 0


def test_a_batch_that_is_run_again_takes_the_first_tick(
    spark: SparkSession, tmp_path: Path
) -> None:
    clock, stream = ManualClock(0), MemoryStream(spark, "int")
    stream.addData(1)

    def fail(frame: Any, batch: int) -> None:
        raise ValueError("no")

    writer = stream.toDF().writeStream.foreachBatch(fail)
    with pytest.raises(StreamingQueryException):
        writer.option("checkpointLocation", str(tmp_path)).start().processAllAvailable()
    stream.addData(2)
    with (
        use_clock(spark, clock),
        Collected(stream.toDF(), tmp_path, processingTime="10 seconds") as got,
    ):
        clock.wait_until_rest()
        assert got.batches == [[(1,)]]
        clock.advance("10 seconds")
        assert got.batches == [[(1,)], [(2,)]]
