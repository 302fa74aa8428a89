"""The query that the crash tests kill: ``consume.py KIND EVENTS CHECKPOINT OUTPUT``.

A plain PySpark program. It reads one file a batch, says ``started`` once the query runs
and ``done`` once all that lay in EVENTS is processed. Kinds:

- ``counts``: counts by key and hour in a memory table (complete mode), written to
  OUTPUT as JSON at the end;
- ``rows``: every row, through ``foreachBatch``, to a file of its own batch in the folder
  OUTPUT. A batch that runs twice must hold the same rows twice, and says so if not;
- ``files``, ``folders``, ``many``: every row into the file sink OUTPUT/sink (``folders``: by
  the values of a column; ``many``: five files a batch); what a reader of it then finds is
  written to OUTPUT/rows.json;
- ``tables``: the same rows into a table of the warehouse OUTPUT/house;
- the queries of ``queries.py``, whose rows are kept in the same way. Their events lie in
  the folders EVENTS/0, EVENTS/1. One that fails is started again, once.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyspark.errors import StreamingQueryException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, window
from queries import QUERIES
from queries import SCHEMA as OF_QUERIES

SCHEMA = "time timestamp, action string, id long"


def write_whole(path: Path, text: str) -> None:
    """Never half a file, whenever the process dies."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def keep(output: Path, batch_id: int, rows: list[Any]) -> None:
    target = output / f"{batch_id}.json"
    if target.exists() and json.loads(target.read_text(encoding="utf-8")) != rows:
        write_whole(output / f"differs-{batch_id}.txt", "a batch that ran again had other rows")
    write_whole(target, json.dumps(rows))


def keep_rows(output: Path, batch: DataFrame, batch_id: int) -> None:
    keep(output, batch_id, sorted(row["id"] for row in batch.select("id").collect()))


def keep_texts(output: Path, batch: DataFrame, batch_id: int) -> None:
    keep(output, batch_id, sorted(str(tuple(row)) for row in batch.collect()))


def start_query(spark: SparkSession, kind: str, events: Path, output: Path) -> Any:
    spark.conf.set("spark.sql.streaming.minBatchesToRetain", "2")
    spark.conf.set("spark.caudal.streaming.statePartitions", "2")
    spark.conf.set("spark.sql.streaming.noDataMicroBatches.enabled", "false")
    query = QUERIES[kind]
    reader = spark.readStream.schema(OF_QUERIES).option("maxFilesPerTrigger", 1)
    streams = [reader.json(str(events / str(folder))) for folder in range(query.folders)]
    writer = query.build(*streams).writeStream.outputMode(query.mode)
    return writer.foreachBatch(lambda df, n: keep_texts(output, df, n))


def start_files(spark: SparkSession, kind: str, events: Path, output: Path) -> Any:
    prefix = "spark.sql.streaming."
    spark.conf.set(prefix + "minBatchesToRetain", "2")
    spark.conf.set(prefix + "fileSink.log.compactInterval", "3")
    spark.conf.set(prefix + "fileSink.log.cleanupDelay", "0s")
    files = 5 if kind == "many" else 1
    reader = spark.readStream.schema(OF_QUERIES).option("maxFilesPerTrigger", files)
    writer = reader.json(str(events / "0")).writeStream.format("json")
    if kind == "folders":
        writer = writer.partitionBy("k")
    if kind == "tables":
        return writer
    return writer.option("path", str(output / "sink"))


def read_files(spark: SparkSession, kind: str, output: Path) -> None:
    if kind == "tables":
        found = spark.table("flow")
    else:
        found = spark.read.schema("t TIMESTAMP, v LONG").json(str(output / "sink"))
    rows = found.select("t", "v")  # a reader may add the column of the folders
    write_whole(output / "rows.json", json.dumps(sorted(str(tuple(row)) for row in rows.collect())))


def consume_all(start: Callable[[], Any], restarts: int) -> None:
    query = start()
    print("started", flush=True)
    try:
        query.processAllAvailable()
    except StreamingQueryException as error:
        if restarts == 0:
            raise
        print(f"failed: {error}".splitlines()[0], flush=True)
        consume_all(start, restarts - 1)
        return
    query.stop()


def main(kind: str, events: str, checkpoint: str, output: Path) -> None:
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(output / "house"))
        .getOrCreate()
    )
    if kind in QUERIES:
        writer = start_query(spark, kind, Path(events), output)
        consume_all(writer.option("checkpointLocation", checkpoint).start, restarts=1)
        print("done", flush=True)
        return
    if kind in ("files", "folders", "many", "tables"):
        writer = start_files(spark, kind, Path(events), output)
        writer = writer.option("checkpointLocation", checkpoint)
        into_table = kind == "tables"
        consume_all((lambda: writer.toTable("flow")) if into_table else writer.start, restarts=1)
        read_files(spark, kind, output)
        print("done", flush=True)
        return
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
