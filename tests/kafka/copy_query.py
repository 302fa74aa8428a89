"""A stateless query that takes turns: ``copy_query.py SETTINGS BOOTSTRAP TOPIC FOLDER``.

A plain PySpark program: all that lies in the topic now goes into JSON files in FOLDER/out,
at most four records a batch; the checkpoint is FOLDER/checkpoint. SETTINGS is JSON, for the
session.
"""

import json
import sys

from pyspark.sql import SparkSession


def main(settings: str, bootstrap: str, topic: str, folder: str) -> None:
    builder = SparkSession.builder.appName("copy").master("local[2]")
    for key, value in json.loads(settings).items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    stream = (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", bootstrap)
        .option("subscribe", topic)
        .option("startingOffsets", "earliest")
        .option("maxOffsetsPerTrigger", 4)
        .load()
    )
    rows = stream.selectExpr("CAST(value AS STRING) AS value", "partition", "offset")
    query = (
        rows.writeStream.format("json")
        .option("path", f"{folder}/out")
        .option("checkpointLocation", f"{folder}/checkpoint")
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
