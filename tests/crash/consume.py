"""The query that the crash tests kill: ``consume.py KIND EVENTS CHECKPOINT OUTPUT``.

A plain PySpark program. It reads one file a batch, says ``started`` once the query runs
and ``done`` once all that lay in EVENTS is processed. Kinds:

- ``counts``: counts by key and hour in a memory table (complete mode), written to
  OUTPUT as JSON at the end;
- ``rows``: every row, through ``foreachBatch``, to a file of its own batch in the folder
  OUTPUT. A batch that runs twice must hold the same rows twice, and says so if not.
"""

import json
import os
import sys
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, window

SCHEMA = "time timestamp, action string, id long"


def write_whole(path: Path, text: str) -> None:
    """Never half a file, whenever the process dies."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def keep_rows(output: Path, batch: DataFrame, batch_id: int) -> None:
    ids = sorted(row["id"] for row in batch.select("id").collect())
    target = output / f"{batch_id}.json"
    if target.exists() and json.loads(target.read_text(encoding="utf-8")) != ids:
        write_whole(output / f"differs-{batch_id}.txt", "a batch that ran again had other rows")
    write_whole(target, json.dumps(ids))


def main(kind: str, events: str, checkpoint: str, output: Path) -> None:
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    stream = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(events)
    if kind == "counts":
        counts = stream.groupBy("action", window("time", "1 hour")).count()
        writer = counts.writeStream.format("memory").queryName("counts").outputMode("complete")
    else:
        writer = stream.writeStream.foreachBatch(lambda df, n: keep_rows(output, df, n))
    query = writer.option("checkpointLocation", checkpoint).start()
    print("started", flush=True)
    query.processAllAvailable()
    if kind == "counts":
        hour = col("window.start").cast("string").alias("hour")
        rows = spark.table("counts").select("action", hour, "count").collect()
        write_whole(output, json.dumps(sorted([list(row) for row in rows])))
    query.stop()
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
