"""``badRecordsPath``: what did not fit is kept, once, with its file and the reason."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from caudal.sql import SparkSession

JSON_FILES = {
    "a.json": '{"n":1}\n{"n":"x"}\n{"n":2\n',
    "b.json": '{"n":3}\n\nno json\n{"n":4}\n',
}
JSON_BAD = [("a.json", '{"n":"x"}'), ("a.json", '{"n":2'), ("b.json", "no json")]


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def kept(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.glob("*.json"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def brief(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["path"].rsplit("/", 1)[1], row["record"]) for row in rows]


def test_a_batch_read_keeps_what_does_not_fit(spark: SparkSession, tmp_path: Path) -> None:
    folder, bad = write(tmp_path / "in", JSON_FILES), tmp_path / "bad"
    frame = spark.read.schema("n int").option("badRecordsPath", str(bad)).json(str(folder))
    assert sorted(row.n for row in frame.collect()) == [1, 3, 4]
    # However often and with whatever columns it is read, each record is there once.
    assert frame.count() == len(frame.collect())
    rows = kept(bad)
    assert brief(rows) == JSON_BAD
    assert all(row["path"].startswith("file:///") and row["reason"] for row in rows)
    assert "batch" not in rows[0]


def test_csv_says_why(spark: SparkSession, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {"a.csv": "1,a\nx,b\n2\n3,c,d\n4,e\n"})
    bad = tmp_path / "bad"
    reader = spark.read.schema("n int, s string").option("badRecordsPath", str(bad))
    assert [row.n for row in reader.csv(str(folder)).collect()] == [1, 4]
    assert [(row["record"], row["reason"]) for row in kept(bad)] == [
        ("x,b", "the value of column n is no INT"),
        ("2", "1 values for 2 columns"),
        ("3,c,d", "3 values for 2 columns"),
    ]
    # A column that nobody asks for counts, too.
    assert [row.s for row in reader.csv(str(folder)).select("s").collect()] == ["a", "e"]
    assert len(kept(bad)) == 3


def test_lines_that_are_cut_between_partitions(spark: SparkSession, tmp_path: Path) -> None:
    lines = [f'{{"n":{i}}}' if i % 1000 else f"bad {i}" for i in range(800_000)]
    folder, bad = write(tmp_path / "in", {"a.json": "\n".join(lines)}), tmp_path / "bad"
    frame = spark.read.schema("n int").option("badRecordsPath", str(bad)).json(str(folder))
    assert frame.count() == 799_200
    (file,) = bad.glob("*.json")
    assert [row["record"] for row in kept(bad)] == [f"bad {i}" for i in range(0, 800_000, 1000)]
    assert frame.count() == 799_200 and list(bad.glob("*.json")) == [file]


def test_what_it_does_not_go_with_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    folder = str(write(tmp_path / "in", JSON_FILES))
    reader = spark.read.schema("n int").option("badRecordsPath", str(tmp_path / "bad"))
    with pytest.raises(NotImplementedError, match="badRecordsPath with mode FAILFAST"):
        reader.option("mode", "FAILFAST").json(folder)
    with pytest.raises(NotImplementedError, match="badRecordsPath"):
        spark.read.option("badRecordsPath", "/x").schema("n int").parquet(folder)


def test_a_folder_that_cannot_be_written_fails_the_read(
    spark: SparkSession, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", JSON_FILES)
    (tmp_path / "file").write_text("")
    reader = spark.read.schema("n int").option("badRecordsPath", str(tmp_path / "file" / "bad"))
    with pytest.raises(Exception, match="file/bad"):
        reader.json(str(folder)).count()


STREAM = """
import os, signal, sys
from pathlib import Path
from caudal.sql import SparkSession

root, kill_at = Path(sys.argv[1]), int(sys.argv[2])
spark = SparkSession.builder.master("local[2]").getOrCreate()
reader = spark.readStream.schema("n int").option("maxFilesPerTrigger", 1)
stream = reader.option("badRecordsPath", str(root / "bad")).json(str(root / "in"))

def save(frame, batch):
    rows = sorted(row.n for row in frame.collect())
    if batch == kill_at:
        os.kill(os.getpid(), signal.SIGKILL)
    (root / f"out-{batch}").write_text(str(rows))

writer = stream.writeStream.foreachBatch(save).trigger(availableNow=True)
writer.option("checkpointLocation", str(root / "log")).start().awaitTermination()
"""


def test_a_batch_that_is_run_again_keeps_each_record_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for number in range(4):
        name = f"{number}.json"
        write(folder, {name: f'{{"n":{number}}}\nbad {number}\n'})
        os.utime(folder / name, (1_700_000_000 + number, 1_700_000_000 + number))
    program = tmp_path / "program.py"
    program.write_text(STREAM)

    def run(kill_at: int) -> int:
        command = [sys.executable, str(program), str(tmp_path), str(kill_at)]
        return subprocess.run(command, check=False, timeout=60).returncode

    assert run(1) == -signal.SIGKILL
    assert [row["record"] for row in kept(tmp_path / "bad")] == ["bad 0", "bad 1"]
    assert run(2) == -signal.SIGKILL
    assert run(-1) == 0
    rows = kept(tmp_path / "bad")
    assert [(row["batch"], row["record"]) for row in rows] == [(i, f"bad {i}") for i in range(4)]
    assert [(tmp_path / f"out-{i}").read_text() for i in range(4)] == [f"[{i}]" for i in range(4)]
