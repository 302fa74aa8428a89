"""The query into Kafka that the crash tests kill: ``copier.py SETTINGS``, which are JSON.

A plain PySpark program. It copies texts from a topic (``from``) or from the files of a
folder (``files``), a few a batch, into the topic ``topic``, or, with ``topics``, into one of
several: those that a batch writes to change from batch to batch. It says ``started`` once
the query runs and ``done`` once all is copied; a query that fails is started again, once.
"""

import json
import sys
from typing import Any

from pyspark.errors import StreamingQueryException
from pyspark.sql import DataFrame, SparkSession

ROWS_OF_A_TOPIC_IN_A_ROW = 30


def texts(spark: SparkSession, settings: dict[str, Any]) -> DataFrame:
    if "files" in settings:
        reader = spark.readStream.option("maxFilesPerTrigger", 1)
        return reader.text(settings["files"])
    reader = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", settings["bootstrap"])
        .option("subscribe", settings["from"])
        .option("startingOffsets", "earliest")
        .option("maxOffsetsPerTrigger", settings["batch"])
    )
    return reader.load().selectExpr("CAST(value AS STRING) AS value")


def query(spark: SparkSession, settings: dict[str, Any]) -> Any:
    spark.conf.set("spark.sql.streaming.minBatchesToRetain", "2")
    rows = texts(spark, settings)
    if "topics" in settings:
        names = ", ".join(f"'{name}'" for name in settings["topics"])
        number = f"CAST(value AS INT) DIV {ROWS_OF_A_TOPIC_IN_A_ROW} % {len(settings['topics'])}"
        rows = rows.selectExpr("value", f"array({names})[CAST({number} AS INT)] AS topic")
    writer = (
        rows.writeStream.format("kafka")
        .option("kafka.bootstrap.servers", settings["bootstrap"])
        .option("checkpointLocation", settings["checkpoint"])
    )
    for name in ("topic", "caudal.transactional"):
        if name in settings:
            writer = writer.option(name, settings[name])
    return writer.start()


def copy_all(spark: SparkSession, settings: dict[str, Any], restarts: int) -> None:
    running = query(spark, settings)
    print("started", flush=True)
    try:
        running.processAllAvailable()
    except StreamingQueryException as error:
        if restarts == 0:
            raise
        print(f"failed: {error}".splitlines()[0], flush=True)
        copy_all(spark, settings, restarts - 1)
        return
    running.stop()


def main(settings: dict[str, Any]) -> None:
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    copy_all(spark, settings, restarts=1)
    print("done", flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
