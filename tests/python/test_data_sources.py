"""Python data sources where real Spark cannot show it: causes, limits, replays, the wait."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caudal.errors import (
    AnalysisException,
    PythonException,
    StreamingQueryException,
)
from caudal.sql import SparkSession
from caudal.sql.datasource import (
    CaseInsensitiveDict,
    DataSource,
    DataSourceReader,
    DataSourceStreamReader,
    DataSourceStreamWriter,
    InputPartition,
    SimpleDataSourceStreamReader,
    WriterCommitMessage,
)
from caudal.sql.streaming.datasource import (
    ReadAllAvailable,
    ReadLimit,
    ReadMaxRows,
    SupportsTriggerAvailableNow,
)


class Log:
    """Rows that a test holds, and what was asked of the reader."""

    def __init__(self, rows: int):
        self.rows = rows
        self.asked: list[Any] = []


def source(log: Log, reader: type[Any]) -> type[DataSource]:
    class Stream(DataSource):
        @classmethod
        def name(cls) -> str:
            return "held"

        def schema(self) -> str:
            return "n int"

        def streamReader(self, schema: Any) -> Any:
            return reader(log)

    return Stream


class Reader(DataSourceStreamReader):
    def __init__(self, log: Log):
        self.log = log

    def initialOffset(self) -> dict[str, int]:
        return {"at": 0}

    def latestOffset(self, start: dict[str, int], limit: ReadLimit) -> dict[str, int]:
        end = self.log.rows
        if isinstance(limit, ReadMaxRows):
            end = min(end, start["at"] + limit.max_rows)
        return {"at": end}

    def partitions(self, start: dict[str, int], end: dict[str, int]) -> list[InputPartition]:
        return [InputPartition(n) for n in range(start["at"], end["at"])]

    def read(self, partition: InputPartition) -> Iterator[tuple[int]]:
        yield (partition.value,)

    def commit(self, end: dict[str, int]) -> None:
        self.log.asked.append(("commit", end["at"]))

    def stop(self) -> None:
        self.log.asked.append("stop")


class Limited(Reader):
    def getDefaultReadLimit(self) -> ReadLimit:
        return ReadMaxRows(2)


class Frozen(Limited, SupportsTriggerAvailableNow):
    def prepareForTriggerAvailableNow(self) -> None:
        self.log.asked.append("prepare")


def batches(spark: SparkSession, **trigger: Any) -> list[list[int]]:
    found: list[list[int]] = []
    query = (
        spark.readStream.format("held")
        .load()
        .writeStream.foreachBatch(lambda f, _: found.append(sorted(r.n for r in f.collect())))
        .trigger(**trigger)
        .start()
    )
    assert query.awaitTermination(60)
    return found


def test_a_limit_holds_for_each_batch_and_not_for_once(spark: SparkSession) -> None:
    log = Log(5)
    spark.dataSource.register(source(log, Limited))
    assert batches(spark, once=True) == [[0, 1, 2, 3, 4]]
    assert log.asked == [("commit", 5), "stop"]


def test_available_now_is_one_batch_unless_the_reader_can_do_it(spark: SparkSession) -> None:
    log = Log(5)
    spark.dataSource.register(source(log, Limited))
    assert batches(spark, availableNow=True) == [[0, 1, 2, 3, 4]]
    spark.dataSource.register(source(log := Log(5), Frozen))
    assert batches(spark, availableNow=True) == [[0, 1], [2, 3], [4]]
    assert log.asked == ["prepare", ("commit", 2), ("commit", 4), ("commit", 5), "stop"]


class Old(Reader):
    def latestOffset(self) -> dict[str, int]:  # type: ignore[override]
        return {"at": self.log.rows}


def test_latest_offset_may_have_no_parameters(spark: SparkSession) -> None:
    spark.dataSource.register(source(Log(3), Old))
    assert batches(spark, availableNow=True) == [[0, 1, 2]]


def test_nothing_new_is_no_batch(spark: SparkSession) -> None:
    spark.dataSource.register(source(Log(0), Reader))
    assert batches(spark, availableNow=True) == []


class Failing(Reader):
    def read(self, partition: InputPartition) -> Iterator[tuple[int]]:
        yield (1,)
        raise KeyError("the very one")


def test_the_exception_is_the_cause(spark: SparkSession) -> None:
    class Batch(DataSource):
        def schema(self) -> str:
            return "n int"

        def reader(self, schema: Any) -> Any:
            return BatchReader()

    class BatchReader(DataSourceReader):
        def read(self, partition: InputPartition) -> Iterator[tuple[int]]:
            yield (1,)
            raise KeyError("the very one")

    spark.dataSource.register(Batch)
    with pytest.raises(PythonException, match="the very one") as failed:
        spark.read.format("batch").load().collect()
    assert isinstance(failed.value.__cause__, KeyError)
    spark.dataSource.register(source(Log(1), Failing))
    with pytest.raises(StreamingQueryException, match="the very one"):
        batches(spark, once=True)


def test_a_source_of_another_session_is_not_there(spark: SparkSession) -> None:
    other = spark.newSession()
    other.dataSource.register(source(Log(1), Reader))
    spark._data_sources.pop("held", None)
    with pytest.raises(AnalysisException, match="DATA_SOURCE_NOT_FOUND"):
        spark.readStream.format("held").load()


class Simple(SimpleDataSourceStreamReader):
    def __init__(self, asked: list[Any], fail: threading.Event):
        self.asked = asked
        self.fail = fail

    def initialOffset(self) -> dict[str, int]:
        return {"at": 0}

    def read(self, start: dict[str, int]) -> tuple[Iterator[tuple[int]], dict[str, int]]:
        end = min(start["at"] + 2, 4)
        return iter([(n,) for n in range(start["at"], end)]), {"at": end}

    def readBetweenOffsets(self, start: Any, end: Any) -> Iterator[tuple[int]]:
        self.asked.append((start["at"], end["at"]))
        return iter([(n,) for n in range(start["at"], end["at"])])


def test_a_batch_that_failed_is_read_again_between_its_places(
    spark: SparkSession, tmp_path: Path
) -> None:
    asked: list[Any] = []
    fail = threading.Event()
    fail.set()
    written: dict[int, list[int]] = {}

    class Both(DataSource):
        def schema(self) -> str:
            return "n int"

        def simpleStreamReader(self, schema: Any) -> Any:
            return Simple(asked, fail)

        def streamWriter(self, schema: Any, overwrite: bool) -> Any:
            return Writer()

    class Message(WriterCommitMessage):
        def __init__(self, rows: list[int]):
            self.rows = rows

    class Writer(DataSourceStreamWriter):
        def write(self, iterator: Any) -> WriterCommitMessage:
            rows = [row.n for row in iterator]
            if fail.is_set() and 2 in rows:
                raise OSError("full")
            return Message(rows)

        def commit(self, messages: Any, batchId: int) -> None:
            written[batchId] = messages[0].rows

        def abort(self, messages: Any, batchId: int) -> None:
            asked.append(("abort", batchId, messages))

    spark.dataSource.register(Both)

    def run() -> None:
        query = (
            spark.readStream.format("both")
            .load()
            .writeStream.format("both")
            .option("checkpointLocation", str(tmp_path))
            .start()
        )
        try:
            query.processAllAvailable()
        finally:
            query.stop()

    with pytest.raises(StreamingQueryException, match="full"):
        run()
    assert (written, asked) == ({0: [0, 1]}, [("abort", 1, [None])])
    fail.clear()
    run()
    assert (written, asked[1:]) == ({0: [0, 1], 1: [2, 3]}, [(2, 4)])
    assert json.loads((tmp_path / "offsets" / "1").read_text().split("\n")[2]) == {"at": 4}


def test_options_are_without_regard_to_case() -> None:
    options = CaseInsensitiveDict({"Path": "x"}, Other=1)
    assert options["PATH"] == "x" and "oTHER" in options and 5 not in options
    other = options.copy()
    del other["path"]
    assert list(other) == ["other"] and "path" in options
    assert ReadAllAvailable() == ReadAllAvailable() != ReadMaxRows(1)
