"""The events lesson: hourly counts by action, once as a batch and once as a stream.

Usage: ``eventos.py EVENTS_FOLDER ANSWERS_FILE``. A plain PySpark program.
"""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.functions import *
from pyspark.sql.types import *

input_path, answers_file = sys.argv[1:3]

spark = (
    SparkSession.builder.appName("eventos")
    .master("local[1]")
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
spark.conf.set("spark.sql.shuffle.partitions", "2")
answers = {}


def timeline(table):
    """What the lesson's SQL cell shows: one line for each action and hour."""
    return spark.sql(
        'select action, date_format(window.end, "MMM-dd HH:mm") as time, count '
        f"from {table} order by time, action"
    )


# Batch.
schema = StructType(
    [StructField("time", TimestampType(), True), StructField("action", StringType(), True)]
)
static_input = spark.read.schema(schema).json(input_path)
static_input.printSchema()
answers["rows"] = static_input.count()
answers["columns"] = static_input.columns

static_counts = static_input.groupBy(
    static_input.action, window(static_input.time, "1 hour")
).count()
static_counts.cache()
static_counts.createOrReplaceTempView("static_counts")
static_counts.printSchema()
timeline("static_counts").show(10, truncate=False)
answers["schema"] = static_counts.schema.simpleString()
answers["batch"] = [list(row) for row in timeline("static_counts").collect()]

# The same with a DDL schema, and a window that slides.
ddl_input = spark.read.schema("time timestamp, action string").json(input_path)
sliding = ddl_input.groupBy("action", window("time", "1 hour", "30 minutes")).count()
answers["sliding"] = [
    list(row)
    for row in sliding.select(
        "action", date_format(col("window").end, "MMM-dd HH:mm").alias("time"), "count"
    )
    .orderBy("time", "action")
    .collect()
]

# Stream: one file at a time, the same query.
streaming_input = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).json(input_path)
streaming_counts = streaming_input.groupBy(
    streaming_input.action, window(streaming_input.time, "1 hour")
).count()
answers["is_streaming"] = [static_counts.isStreaming, streaming_counts.isStreaming]

query = (
    streaming_counts.writeStream.format("memory").queryName("counts").outputMode("complete").start()
)
answers["active"] = query.isActive
query.processAllAvailable()
timeline("counts").show(10, truncate=False)
answers["stream"] = [list(row) for row in timeline("counts").collect()]

progress = query.recentProgress
answers["batches"] = [p["batchId"] for p in progress if p["numInputRows"] > 0]
answers["input_rows"] = [p["numInputRows"] for p in progress if p["numInputRows"] > 0]
answers["progress_keys"] = sorted(json.loads(progress[0].json))
answers["name"] = query.name
answers["found_by_id"] = spark.streams.get(query.id).name
answers["waited"] = query.awaitTermination(0.1)
query.stop()
answers["active_after_stop"] = [query.isActive, len(spark.streams.active)]
answers["exception"] = query.exception()
spark.stop()

Path(answers_file).write_text(json.dumps(answers))
