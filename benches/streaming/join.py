"""A million impressions joined with a million clicks, batch by batch, beside PySpark.

An impression meets the clicks on it within ten seconds; both sides have a watermark of as
long, so either state holds some seconds of rows and the time of a batch stays the same. Each
batch reads one file of each side. ``join.py worker PACKAGE FOLDER CHECKPOINT`` is one run in
its own process.
"""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common import (
    CACHE,
    heading,
    missing_spark,
    row,
    run_json,
    seconds,
    spark_python,
    version,
)

FILES, ROWS = 20, 50_000
CONDITION = "ad = clicked AND at BETWEEN shown AND shown + INTERVAL 10 SECONDS"


def sides() -> Path:
    """Two folders of NDJSON, made once and kept in the cache: a click follows its ad."""
    folder = CACHE / f"join-{FILES}x{ROWS}"
    if (folder / "_SUCCESS").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    print(f"  making {2 * FILES * ROWS:,} rows in {folder}")
    for side, time_name, key_name, late in (
        ("ads", "shown", "ad", 0),
        ("clicks", "at", "clicked", 2),
    ):
        (folder / side).mkdir(parents=True)
        for number in range(FILES):
            lines = []
            for ad in range(number * ROWS, (number + 1) * ROWS):
                second = ad // 1000 + late
                stamp = f"2024-01-01T00:{second // 60:02}:{second % 60:02}Z"
                lines.append(f'{{"{time_name}":"{stamp}","{key_name}":{ad},"v":{ad % 97}}}\n')
            (folder / side / f"file-{number:04}.json").write_text("".join(lines))
    (folder / "_SUCCESS").touch()
    return folder


def worker(package: str, folder: str, checkpoint: str) -> None:
    """Runs the query over all files of `folder`; prints its time and how many rows met."""
    if package == "caudal":
        import caudal

        caudal.activate()
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import expr

    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )

    def read(side: str, schema: str) -> Any:
        reader = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1)
        return reader.json(f"{folder}/{side}")

    ads = read("ads", "shown timestamp, ad long, v int").withWatermark("shown", "10 seconds")
    clicks = read("clicks", "at timestamp, clicked long, v int")
    clicks = clicks.withColumnRenamed("v", "w").withWatermark("at", "10 seconds")
    joined = ads.join(clicks, expr(CONDITION))
    met = [0]

    def count(frame: Any, _: int) -> None:
        met[0] += frame.count()

    writer = joined.writeStream.foreachBatch(count).option("checkpointLocation", checkpoint)
    began = time.perf_counter()
    query = writer.start()
    query.processAllAvailable()
    took = time.perf_counter() - began
    kept = query.lastProgress["stateOperators"][0]["numRowsTotal"]
    query.stop()
    assert met[0] == FILES * ROWS, f"{met[0]} rows met, not one for each ad"
    print(json.dumps({"took": took, "kept": kept}))


def run(python: object, package: str, folder: Path) -> float:
    with tempfile.TemporaryDirectory() as scratch:
        result = run_json([str(python), __file__, "worker", package, folder, scratch], TZ="UTC")
    rate = FILES * ROWS / result["took"]
    print(f"  {package}: {seconds(result['took'])}, {rate:,.0f} rows a second and side")
    return result["took"]


def main() -> None:
    heading(f"join of two streams, {FILES * ROWS:,} rows a side in {FILES} batches")
    folder = sides()
    ours = run(sys.executable, "caudal", folder)
    peer = spark_python()
    if peer is None:
        missing_spark()
        return
    theirs = run(peer, "pyspark", folder)
    label = f"PySpark {version(peer, 'pyspark')}"
    row(
        "join of two streams, a million rows a side",
        seconds(ours),
        label,
        seconds(theirs),
        theirs / ours,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(*sys.argv[2:5])
    else:
        main()
