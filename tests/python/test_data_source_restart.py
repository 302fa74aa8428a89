"""A query over a Python data source whose process dies in a batch, and the next process."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import json, os, signal, sys
import caudal
caudal.activate()
from pyspark.sql import SparkSession
from pyspark.sql.datasource import (
    DataSource, DataSourceStreamReader, InputPartition, SimpleDataSourceStreamReader,
)

kind, folder, dies_in = sys.argv[1], sys.argv[2], int(sys.argv[3])

def note(*what):
    with open(folder + "/diary", "a") as diary:
        diary.write(json.dumps(what) + "\\n")

class Source(DataSource):
    @classmethod
    def name(cls):
        return "counted"

    def schema(self):
        return "n int"

    if kind == "partitioned":
        def streamReader(self, schema):
            return Partitioned()
    else:
        def simpleStreamReader(self, schema):
            return Simple()

class Partitioned(DataSourceStreamReader):
    def initialOffset(self):
        note("initial")
        return {"at": 0}

    def latestOffset(self, start, limit):
        return {"at": min(start["at"] + 2, 6)}

    def partitions(self, start, end):
        note("partitions", start["at"], end["at"])
        return [InputPartition(n) for n in range(start["at"], end["at"])]

    def read(self, partition):
        yield (partition.value,)

class Simple(SimpleDataSourceStreamReader):
    def initialOffset(self):
        note("initial")
        return {"at": 0}

    def read(self, start):
        end = min(start["at"] + 2, 6)
        if end > start["at"]:
            note("read", start["at"])
        return iter([(n,) for n in range(start["at"], end)]), {"at": end}

    def readBetweenOffsets(self, start, end):
        note("between", start["at"], end["at"])
        return iter([(n,) for n in range(start["at"], end["at"])])

def keep(frame, batch):
    rows = sorted(row.n for row in frame.collect())
    if batch == dies_in:
        os.kill(os.getpid(), signal.SIGKILL)
    note("batch", batch, rows)

spark = SparkSession.builder.getOrCreate()
spark.dataSource.register(Source)
query = (
    spark.readStream.format("counted").load().writeStream.foreachBatch(keep)
    .option("checkpointLocation", folder + "/checkpoint").start()
)
query.processAllAvailable()
query.stop()
"""


def run(kind: str, folder: Path, dies_in: int) -> list[Any]:
    """What the readers were asked and the batches that were made; the diary starts anew."""
    command = [sys.executable, "-c", PROGRAM, kind, str(folder), str(dies_in)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == (0 if dies_in < 0 else -9), done.stderr
    diary = folder / "diary"
    notes = [json.loads(line) for line in diary.read_text().splitlines()]
    diary.unlink()
    return notes


def test_a_stream_goes_on_from_its_offsets(tmp_path: Path) -> None:
    assert run("partitioned", tmp_path, 1) == [
        ["initial"],
        ["partitions", 0, 2],
        ["batch", 0, [0, 1]],
        ["partitions", 2, 4],
    ]
    assert run("partitioned", tmp_path, -1) == [
        ["partitions", 2, 4],
        ["batch", 1, [2, 3]],
        ["partitions", 4, 6],
        ["batch", 2, [4, 5]],
    ]


def test_a_simple_reader_gives_its_logged_batch_again(tmp_path: Path) -> None:
    assert run("simple", tmp_path, 1) == [
        ["initial"],
        ["read", 0],
        ["batch", 0, [0, 1]],
        ["read", 2],
    ]
    assert run("simple", tmp_path, -1) == [
        ["between", 2, 4],
        ["batch", 1, [2, 3]],
        ["read", 4],
        ["batch", 2, [4, 5]],
    ]


@pytest.mark.parametrize("kind", ["partitioned", "simple"])
def test_a_first_batch_begins_again_where_the_stream_begins(kind: str, tmp_path: Path) -> None:
    first = run(kind, tmp_path, 0)
    assert first[0] == ["initial"] and not [n for n in first if n[0] == "batch"]
    again = run(kind, tmp_path, -1)
    asked = ["partitions", 0, 2] if kind == "partitioned" else ["between", 0, 2]
    assert again[:3] == [["initial"], asked, ["batch", 0, [0, 1]]]
    assert [n[2] for n in again if n[0] == "batch"] == [[0, 1], [2, 3], [4, 5]]
