"""Micro-batches of 2,000 rows, one file each, with a durable checkpoint.

Three readings: a batch of the first 50, how much of it is the price of fsync on this disk,
and whether batch 5,000 costs more than batch 50. Progress counts whole milliseconds; the
exact time of a batch is its rows divided by its rows a second. Against Spark, whose batches
are long, a batch is the distance between the starts of many, divided by their number.

``micro_batches.py worker PACKAGE FOLDER CHECKPOINT`` is one run in its own process.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from common import (
    CACHE,
    event_files,
    heading,
    median,
    missing_spark,
    row,
    run_json,
    seconds,
    spark_python,
    version,
)

ROWS = 2000
LONG = 5000


def worker(package: str, folder: str, checkpoint: str) -> None:
    """Runs the query over all files of `folder`; prints the times of its batches as JSON."""
    if package == "caudal":
        import caudal

        caudal.activate()
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import window

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.streaming.numRecentProgressUpdates", str(LONG + 10))
        .getOrCreate()
    )
    stream = (
        spark.readStream.schema("time timestamp, action string")
        .option("maxFilesPerTrigger", 1)
        .json(folder)
    )
    counts = stream.groupBy("action", window("time", "1 hour")).count()
    writer = counts.writeStream.outputMode("complete").option("checkpointLocation", checkpoint)
    began = time.perf_counter()
    query = writer.format("memory").queryName("counts").start()
    query.processAllAvailable()
    took = time.perf_counter() - began
    progress = [p for p in query.recentProgress if p["numInputRows"] > 0]
    # What the checkpoint waited for the disk: the core counts it, Spark does not.
    fsyncs = query._query.fsyncs() if package == "caudal" else (0, 0.0)
    query.stop()
    starts = [datetime.fromisoformat(p["timestamp"].replace("Z", "+00:00")) for p in progress]
    lasted = [p["numInputRows"] / p["processedRowsPerSecond"] for p in progress]
    print(
        json.dumps(
            {
                "took": took,
                "starts": [at.timestamp() for at in starts],
                "lasted": lasted,
                "fsyncs": fsyncs,
            }
        )
    )


def run(python: object, package: str, folder: Path) -> dict:
    """One run from an empty checkpoint, and the files that a batch left in it."""
    checkpoint = Path(tempfile.mkdtemp(prefix="checkpoint-", dir=CACHE))
    try:
        result = run_json([str(python), __file__, "worker", package, folder, checkpoint])
        written = sum(1 for path in checkpoint.rglob("*") if path.is_file())
        result["files"] = written / max(len(result["lasted"]), 1)
        return result
    finally:
        shutil.rmtree(checkpoint, ignore_errors=True)


def batch_seconds(result: dict, first: int, last: int) -> float:
    """The mean distance between the starts of the batches from `first` to `last`."""
    starts = result["starts"]
    return (starts[last] - starts[first]) / (last - first)


def many_files(folder: Path, times: int) -> Path:
    """The same files under `times` as many names: links, so that they cost no disk."""
    target = CACHE / f"{folder.name}-times-{times}"
    if not (target / "_SUCCESS").exists():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        for turn in range(times):
            for path in sorted(folder.glob("*.json")):
                os.link(path, target / f"{turn:03}-{path.name}")
        (target / "_SUCCESS").touch()
    return target


def first_fifty(folder: Path) -> float:
    """A batch of the first 50, but for the very first one, which also plans the query."""
    ours = run(sys.executable, "caudal", folder)
    count = len(ours["lasted"])
    batch = median(ours["lasted"])
    calls, waited = ours["fsyncs"]
    share = waited / count
    print(
        f"  a batch {seconds(batch)} (median; longest {seconds(max(ours['lasted']))}); "
        f"all {count}, start included: {seconds(ours['took'])}"
    )
    print(
        f"  {calls / count:.1f} fsyncs a batch take {seconds(share)} of it, "
        f"the rest {seconds(batch - share)}; {ours['files']:.1f} files a batch"
    )
    row("micro-batch beyond its fsyncs", seconds(batch - share), "", "", None)
    return batch


def drift(folder: Path) -> None:
    long = run(sys.executable, "caudal", many_files(folder, LONG // 50))
    count = len(long["starts"])
    early, late = median(long["lasted"][25:75]), median(long["lasted"][-50:])
    print(f"  around batch 50: {seconds(early)}; up to batch {count}: {seconds(late)} (medians)")
    mean_early = batch_seconds(long, 25, 75)
    mean_late = batch_seconds(long, count - 51, count - 1)
    print(f"  means, compactions included: {seconds(mean_early)}, {seconds(mean_late)}")
    ratio = early / late
    row(f"micro-batch {LONG:,} against 50", seconds(late), "itself", seconds(early), ratio)


def against_spark(folder: Path, ours: float) -> None:
    peer = spark_python()
    what = "micro-batch of 2,000 rows"
    if peer is None:
        missing_spark()
        row(what, seconds(ours), "", "", None)
        return
    theirs = batch_seconds(run(peer, "pyspark", folder), 1, 49)
    name = f"PySpark {version(peer, 'pyspark')}"
    row(what, seconds(ours), name, seconds(theirs), theirs / ours)


def main() -> None:
    heading("micro-batches with a durable checkpoint")
    CACHE.mkdir(parents=True, exist_ok=True)
    folder = event_files("events", 50, ROWS)
    ours = first_fifty(folder)
    against_spark(folder, ours)
    drift(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(*sys.argv[2:])
    else:
        main()
