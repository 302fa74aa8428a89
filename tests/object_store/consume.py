"""The query that the tests kill: ``consume.py KIND URL SETTINGS``.

A plain PySpark program over a bucket. It reads one file a batch and ends when all that lay
in URL/in is processed; its checkpoint is URL/checkpoint. Kinds:

- ``files``: every row into the file sink URL/out;
- ``counts``: counts by key, complete, which ``foreachBatch`` puts into URL/counts;
- ``windows``: counts by window and key after a watermark into the file sink URL/out.
"""

import json
import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import window


def main(kind: str, url: str, settings: str) -> None:
    builder = SparkSession.builder.appName("consume")
    for key, value in json.loads(settings).items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.conf.set("spark.caudal.streaming.statePartitions", "2")
    reader = spark.readStream.schema("id long, k string, t timestamp")
    rows = reader.option("maxFilesPerTrigger", 1).json(f"{url}/in")

    def keep(batch: DataFrame, number: int) -> None:
        batch.coalesce(1).write.mode("overwrite").json(f"{url}/counts/{number:03}")

    if kind == "files":
        writer = rows.writeStream.format("json").option("path", f"{url}/out")
    elif kind == "counts":
        writer = rows.groupBy("k").count().writeStream.outputMode("complete").foreachBatch(keep)
    else:
        late = rows.withWatermark("t", "10 seconds")
        counts = late.groupBy(window("t", "10 seconds"), "k").count()
        writer = counts.writeStream.format("parquet").option("path", f"{url}/out")
    writer = writer.option("checkpointLocation", f"{url}/checkpoint")
    query = writer.trigger(availableNow=True).start()
    print("started", flush=True)
    query.awaitTermination()
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
