"""Files larger than one block of the reader: no line is lost, wherever a block ends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from caudal.errors import StreamingQueryException
from caudal.sql import DataFrame, SparkSession

BLOCK = 256 * 1024


def record(number: int, width: int) -> str:
    """One JSON line of exactly `width` bytes."""
    line = f'{{"n":{number}}}'
    return line + " " * (width - 1 - len(line)) + "\n"


@pytest.mark.parametrize("width", [32, 37, 64])
def test_a_block_that_ends_with_a_line_is_not_the_end_of_the_file(
    spark: SparkSession, tmp_path: Path, width: int
) -> None:
    rows = 3 * BLOCK // width
    lines = [record(number, width) for number in range(rows)]
    (tmp_path / "lines.json").write_text("".join(lines), encoding="utf-8")
    read = spark.read.schema("n int").json(str(tmp_path))
    assert read.count() == rows
    assert [row.n for row in read.collect()] == list(range(rows))


def in_pieces(folder: Path, files: int) -> int:
    """Files that a stream cuts between its threads; how many rows they have."""
    folder.mkdir()
    rows = 60_000
    for number in range(files):
        lines = [record(n, 100) for n in range(number * rows, (number + 1) * rows)]
        file = folder / f"{number}.json"
        file.write_text("".join(lines), encoding="utf-8")
        os.utime(file, (1_700_000_000 + number,) * 2)
    return files * rows


def test_a_stream_s_rows_come_in_order_however_many_threads_read(
    spark: SparkSession, tmp_path: Path
) -> None:
    rows = in_pieces(tmp_path / "in", 5)
    seen: list[int] = []
    stream = spark.readStream.schema("n int").json(str(tmp_path / "in"))

    def keep(frame: DataFrame, _: int) -> None:
        seen.extend(row.n for row in frame.collect())

    stream.writeStream.foreachBatch(keep).trigger(availableNow=True).start().awaitTermination()
    assert seen == list(range(rows))


def test_a_bad_record_among_many_pieces_fails_the_batch(
    spark: SparkSession, tmp_path: Path
) -> None:
    in_pieces(tmp_path / "in", 5)
    with (tmp_path / "in" / "3.json").open("a") as file:
        file.write("no json\n")
    reader = spark.readStream.schema("n int").option("mode", "FAILFAST")
    writer = reader.json(str(tmp_path / "in")).writeStream.format("noop")
    query = writer.trigger(availableNow=True).start()
    with pytest.raises(StreamingQueryException, match=r"in/3\.json"):
        query.awaitTermination()


def test_a_taker_that_stops_early_waits_for_nobody(spark: SparkSession, tmp_path: Path) -> None:
    in_pieces(tmp_path / "in", 5)
    taken: list[int] = []
    stream = spark.readStream.schema("n int").json(str(tmp_path / "in"))

    def keep(frame: DataFrame, _: int) -> None:
        taken.extend(row.n for row in frame.limit(3).collect())

    stream.writeStream.foreachBatch(keep).trigger(availableNow=True).start().awaitTermination()
    assert taken == [0, 1, 2]
