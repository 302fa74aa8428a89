"""The French lab on the same events: DataFrame calls first, SQL where it asks for it.

Usage: ``tp5.py EVENTS_FOLDER ANSWERS_FILE``. A plain PySpark program.
"""

import json
import sys
from pathlib import Path
from time import sleep

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, date_format, window
from pyspark.sql.types import StringType, StructType, TimestampType

input_path, answers_file = sys.argv[1:3]

spark = SparkSession.builder.appName("Lab5StreamingApp").getOrCreate()
spark.conf.set("spark.sql.session.timeZone", "UTC")
spark.conf.set("spark.sql.shuffle.partitions", 2)
sc = spark.sparkContext
answers = {"app": sc.appName}

schema = StructType().add("time", TimestampType(), True).add("action", StringType(), True)
static_df = spark.read.json(input_path, schema=schema)
static_counts_df = static_df.groupBy(col("action"), window(col("time"), "1 hour")).count().cache()
static_counts_df.createOrReplaceTempView("static_counts")

totals_of = "SELECT action, SUM(count) AS total_count FROM {} GROUP BY action ORDER BY action"
spark.sql(totals_of.format("static_counts")).show()
answers["totals"] = [r.asDict() for r in spark.sql(totals_of.format("static_counts")).collect()]

df_result = static_counts_df.select(
    "action", date_format(col("window").start, "MMM-dd HH:mm").alias("time"), "count"
).orderBy("time", "action")
answers["first"] = df_result.first().asDict()
answers["by_start"] = [list(row) for row in df_result.collect()]

stream_df = spark.readStream.option("maxFilesPerTrigger", 1).schema(schema).json(input_path)
stream_counts_df = stream_df.groupBy("action", window("time", "1 hour")).count()
answers["is_streaming"] = stream_counts_df.isStreaming

query = (
    stream_counts_df.writeStream.queryName("counts").format("memory").outputMode("complete").start()
)
answers["active"] = query.isActive

# The table can be asked while the query fills it.
for _ in range(1000):
    seen = [row["total_count"] for row in spark.sql(totals_of.format("counts")).collect()]
    if sum(seen) == answers["totals"][0]["total_count"] + answers["totals"][1]["total_count"]:
        break
    sleep(0.05)
answers["stream_totals"] = [r.asDict() for r in spark.sql(totals_of.format("counts")).collect()]
answers["status"] = sorted(query.status)
query.stop()
answers["active_after_stop"] = query.isActive
spark.stop()

Path(answers_file).write_text(json.dumps(answers))
