"""Resident memory at each step of the lesson: what is paid for the import, and what for data."""

import json
import os
import sys
from pathlib import Path

from common import event_files, heading, resident_kib, row, run_json


def worker(folder: str) -> None:
    """One process, read at each step."""
    steps: dict[str, float] = {}

    def mark(step: str) -> None:
        steps[step] = resident_kib(os.getpid()) / 1024

    mark("Python alone")
    from caudal.sql import SparkSession
    from caudal.sql.functions import window

    mark("imported")
    spark = SparkSession.builder.getOrCreate()
    mark("session")
    schema = "time timestamp, action string"
    events = spark.read.schema(schema).json(folder)
    events.groupBy("action", window("time", "1 hour")).count().collect()
    mark("batch answered")
    stream = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).json(folder)
    counts = stream.groupBy("action", window("time", "1 hour")).count()
    writer = counts.writeStream.format("memory").queryName("counts").outputMode("complete")
    query = writer.start()
    query.processAllAvailable()
    mark("50 micro-batches")
    query.stop()
    status = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    steps["peak"] = peak / 1024
    print(json.dumps(steps))


def main() -> None:
    heading("resident memory")
    if not Path("/proc/self/status").exists():
        print("  /proc is missing: this one runs on Linux only")
        return
    steps = run_json([sys.executable, __file__, "worker", event_files("events", 50, 2000)])
    for step, mib in steps.items():
        print(f"  {step:<18}{mib:8.1f} MiB")
    row("resident memory after 50 batches", f"{steps['50 micro-batches']:.0f} MiB", "", "", None)


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(sys.argv[2])
    else:
        main()
