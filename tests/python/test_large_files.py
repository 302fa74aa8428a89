"""Files larger than one block of the reader: no line is lost, wherever a block ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from caudal.sql import SparkSession

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
