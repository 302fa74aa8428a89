"""Queries whose source, sink, checkpoint and state are in a bucket: killed, started again."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from caudal.errors import PySparkException, StreamingQueryException

from .store import Bucket

PROGRAM = Path(__file__).with_name("consume.py")
FILES, ROWS = 9, 7
SECONDS = 120


def fill(bucket: Bucket, first: int = 0, count: int = FILES) -> None:
    for number in range(first, first + count):
        ids = range(number * ROWS, (number + 1) * ROWS)
        rows = [
            {"id": n, "k": "abc"[n % 3], "t": f"2026-01-01 00:{n // 60:02}:{n % 60:02}"}
            for n in ids
        ]
        bucket.put(f"in/{number:02}.json", "\n".join(json.dumps(row) for row in rows))


def begin(kind: str, bucket: Bucket, folder: Path, fault: str | None = None) -> Any:
    settings = {f"spark.hadoop.{key}": value for key, value in bucket.settings().items()}
    caudal = str(Path(sys.executable).with_name("caudal"))
    arguments = [caudal, "run", str(PROGRAM), kind, bucket.url, json.dumps(settings)]
    return subprocess.Popen(
        arguments,
        cwd=folder,
        env=os.environ | ({} if fault is None else {"CAUDAL_FAULT": fault}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(kind: str, bucket: Bucket, folder: Path, fault: str | None = None) -> bool:
    """Runs the program to its end; whether it died where the fault was put."""
    process = begin(kind, bucket, folder, fault)
    _, errors = process.communicate(timeout=SECONDS)
    expected = (0,) if fault is None else (0, -signal.SIGABRT)
    assert process.returncode in expected, errors[-4000:]
    return bool(process.returncode)


def ids_in_sink(spark: Any, bucket: Bucket) -> list[int]:
    frame = spark.read.schema("id long, k string, t timestamp").json(f"{bucket.url}/out")
    return sorted(row["id"] for row in frame.collect())


def names(bucket: Bucket, folder: str) -> set[str]:
    return {key.split("/")[-1] for key in bucket.keys(f"{folder}/")}


@pytest.mark.crash
def test_files_to_files_through_two_deaths(on_bucket: Any, bucket: Bucket, tmp_path: Path) -> None:
    fill(bucket)
    assert run("files", bucket, tmp_path, "sink-named:2:kill"), "died before the log had it"
    assert ids_in_sink(on_bucket, bucket) == list(range(2 * ROWS)), "only what is logged counts"
    assert run("files", bucket, tmp_path, "offsets-logged:5:kill")
    fill(bucket, FILES, 3)
    assert not run("files", bucket, tmp_path)
    assert ids_in_sink(on_bucket, bucket) == list(range((FILES + 3) * ROWS))
    assert bucket.uploads() == []
    logged = bucket.text("out/_spark_metadata/0").splitlines()
    assert logged[0] == "v1"
    assert json.loads(logged[1])["path"].startswith(f"{bucket.url}/out/part-00000-")
    source = bucket.text("checkpoint/sources/0/0").splitlines()
    assert json.loads(source[1])["path"] == f"{bucket.url}/in/00.json"
    assert names(bucket, "checkpoint/offsets") == {str(n) for n in range(FILES + 3)}
    assert names(bucket, "checkpoint/commits") == {str(n) for n in range(FILES + 3)}
    assert "9.compact" in names(bucket, "checkpoint/sources/0")


@pytest.mark.crash
def test_a_kill_at_any_moment(on_bucket: Any, bucket: Bucket, tmp_path: Path) -> None:
    fill(bucket)
    for lines in (1, 2):
        process = begin("files", bucket, tmp_path)
        for _ in range(lines):
            process.stdout.readline()
        process.kill()
        process.communicate(timeout=SECONDS)
    assert not run("files", bucket, tmp_path)
    assert ids_in_sink(on_bucket, bucket) == list(range(FILES * ROWS))


@pytest.mark.crash
@pytest.mark.parametrize(
    "point", ["plan-run", "partition-committed", "state-committed", "batch-committed", "file-named"]
)
def test_state_is_recovered(on_bucket: Any, bucket: Bucket, tmp_path: Path, point: str) -> None:
    fill(bucket)
    assert run("counts", bucket, tmp_path, f"{point}:4:kill")
    assert not run("counts", bucket, tmp_path)
    frame = on_bucket.read.schema("k string, count long").json(f"{bucket.url}/counts/008")
    total = FILES * ROWS
    assert {row["k"]: row["count"] for row in frame.collect()} == dict.fromkeys("abc", total // 3)
    state = bucket.keys("checkpoint/state/0/")
    assert any(key.endswith(".snapshot") for key in state), state
    assert any(key.endswith(".delta") for key in state), state


@pytest.mark.crash
def test_windows_close_once(on_bucket: Any, bucket: Bucket, tmp_path: Path) -> None:
    fill(bucket)
    assert run("windows", bucket, tmp_path, "operator-committed:3:kill")
    assert run("windows", bucket, tmp_path, "sink-staged:6:kill")
    assert not run("windows", bucket, tmp_path)
    frame = on_bucket.read.parquet(f"{bucket.url}/out")
    found = {
        (row[0].isoformat(), row[1]): row[2]
        for row in frame.selectExpr("window.start", "k", "count").collect()
    }
    assert len(found) == frame.count()
    last = FILES * ROWS - 1 - 10
    closed = [n for n in range(FILES * ROWS) if n // 10 * 10 + 10 <= last]
    expected: dict[tuple[str, str], int] = {}
    for n in closed:
        key = (f"2026-01-01T00:0{n // 60}:{n // 10 * 10 % 60:02}", "abc"[n % 3])
        expected[key] = expected.get(key, 0) + 1
    assert found == expected


def started(spark: Any, bucket: Bucket, checkpoint: str = "checkpoint") -> Any:
    rows = spark.readStream.schema("id long, k string, t timestamp").json(f"{bucket.url}/in")
    writer = rows.writeStream.format("noop")
    return writer.option("checkpointLocation", f"{bucket.url}/{checkpoint}").start()


def test_a_second_query_of_the_process_is_refused(on_bucket: Any, bucket: Bucket) -> None:
    fill(bucket)
    query = started(on_bucket, bucket)
    query.processAllAvailable()
    on_bucket.conf.set("spark.sql.streaming.stopActiveRunOnRestart", "false")
    try:
        with pytest.raises(PySparkException) as error:
            started(on_bucket, bucket)
    finally:
        on_bucket.conf.unset("spark.sql.streaming.stopActiveRunOnRestart")
    assert "another query with same id is already active" in str(error.value)
    query.stop()
    again = started(on_bucket, bucket)
    again.processAllAvailable()
    assert again.exception() is None
    again.stop()


def test_a_second_query_elsewhere_is_noticed(on_bucket: Any, bucket: Bucket) -> None:
    """Two processes share no lock: the log's own file decides which of them goes on."""
    fill(bucket)
    query = started(on_bucket, bucket)
    query.processAllAvailable()
    # As the other one would write it.
    bucket.put("checkpoint/offsets/1", bucket.text("checkpoint/offsets/0"))
    fill(bucket, FILES, 1)
    with pytest.raises(StreamingQueryException) as error:
        query.processAllAvailable()
    assert "CONCURRENT_STREAM_LOG_UPDATE" in str(error.value)
    query.stop()


def test_a_sink_and_a_source_describe_their_places(on_bucket: Any, bucket: Bucket) -> None:
    fill(bucket)
    rows = on_bucket.readStream.schema("id long").json(f"{bucket.url}/in")
    writer = rows.writeStream.format("json").option("path", f"{bucket.url}/out")
    query = writer.option("checkpointLocation", f"{bucket.url}/c").start()
    query.processAllAvailable()
    progress = query.lastProgress
    query.stop()
    assert progress["sources"][0]["description"] == f"FileStreamSource[{bucket.url}/in]"
    assert progress["sink"]["description"] == f"FileSink[{bucket.url}/out]"


@pytest.mark.parametrize("mode", ["delete", "archive"])
def test_files_that_were_read_are_cleaned_up(on_bucket: Any, bucket: Bucket, mode: str) -> None:
    fill(bucket)
    reader = on_bucket.readStream.schema("id long").option("maxFilesPerTrigger", 1)
    reader = reader.option("cleanSource", mode)
    if mode == "archive":
        reader = reader.option("sourceArchiveDir", f"{bucket.url}/old")
    writer = reader.json(f"{bucket.url}/in").writeStream.format("noop")
    query = writer.option("checkpointLocation", f"{bucket.url}/c").start()
    query.processAllAvailable()
    query.stop()
    left = len(bucket.keys("in/"))
    assert left <= 1, "but the last batch's file, which the next batch would remove"
    old = bucket.keys("old/")
    assert len(old) == (FILES - left if mode == "archive" else 0)
    assert all(key.startswith("old/in/") for key in old)


def test_an_archive_in_another_bucket_is_refused(on_bucket: Any, bucket: Bucket) -> None:
    fill(bucket)
    reader = on_bucket.readStream.schema("id long").option("cleanSource", "archive")
    rows = reader.option("sourceArchiveDir", "/tmp/archive").json(f"{bucket.url}/in")
    writer = rows.writeStream.format("noop").option("checkpointLocation", f"{bucket.url}/c")
    with pytest.raises((PySparkException, StreamingQueryException)) as error:
        writer.start().awaitTermination(30)
    assert "different file system" in str(error.value)


def test_snapshots_of_state_go_up_while_batches_go_on(on_bucket: Any, bucket: Bucket) -> None:
    on_bucket.conf.set("spark.sql.streaming.stateStore.minDeltasForSnapshot", "2")
    on_bucket.conf.set("spark.sql.streaming.stateStore.maintenanceInterval", "1ms")
    fill(bucket, 0, 20)
    try:
        rows = on_bucket.readStream.schema("id long, k string, t timestamp")
        rows = rows.option("maxFilesPerTrigger", 1).json(f"{bucket.url}/in")
        counts = rows.groupBy("id").count().writeStream.outputMode("complete").format("noop")
        query = counts.option("checkpointLocation", f"{bucket.url}/c").start()
        query.processAllAvailable()
        query.stop()
        fill(bucket, 20, 2)
        query = counts.option("checkpointLocation", f"{bucket.url}/c").start()
        query.processAllAvailable()
        assert query.lastProgress["stateOperators"][0]["numRowsTotal"] == 22 * ROWS
        query.stop()
    finally:
        on_bucket.conf.unset("spark.sql.streaming.stateStore.minDeltasForSnapshot")
        on_bucket.conf.unset("spark.sql.streaming.stateStore.maintenanceInterval")
    made = [key for key in bucket.keys("c/state/0/") if key.endswith(".snapshot")]
    assert len(made) > 1, made
