"""The Portuguese chapter on readings of phones: a count, a transform, a cube, a static join.

Usage: ``capitulo21.py ACTIVITY_FOLDER ANSWERS_FILE``. A plain PySpark program.
"""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.functions import expr

activity, answers_file = sys.argv[1:3]
answers = {}

spark = SparkSession.builder.appName("capitulo21").master("local[2]").getOrCreate()
static = spark.read.json(activity)
data_schema = static.schema
answers["schema"] = str(data_schema)
answers["first"] = [list(row) for row in static.orderBy("Index").limit(5).collect()]

streaming = spark.readStream.schema(data_schema).option("maxFilesPerTrigger", 1).json(activity)
spark.conf.set("spark.sql.shuffle.partitions", 5)
counts = streaming.groupBy("gt").count()
query = counts.writeStream.queryName("activity_counts").format("memory").outputMode("complete")
query = query.start()
answers["active"] = [q.name for q in spark.streams.active]
query.processAllAvailable()
rows = spark.sql("SELECT * FROM activity_counts").collect()
answers["counts"] = sorted(list(row) for row in rows)

transform = (
    streaming.withColumn("stairs", expr("gt like '%stairs%'"))
    .where("stairs")
    .where("gt is not null")
    .select("gt", "model", "arrival_time", "creation_time")
    .writeStream.queryName("simple_transform")
    .format("memory")
    .outputMode("append")
    .start()
)
transform.processAllAvailable()
found = spark.sql("SELECT * from simple_transform")
answers["transform columns"] = found.columns
answers["transform"] = sorted(list(row) for row in found.collect())

cube = (
    streaming.cube("gt", "model")
    .avg()
    .drop("avg(Arrival_time)")
    .drop("avg(Creation_Time)")
    .drop("avg(Index)")
    .writeStream.queryName("device_counts")
    .format("memory")
    .outputMode("complete")
    .start()
)
cube.processAllAvailable()


def sorted_rows(frame):
    return sorted((list(row) for row in frame.collect()), key=lambda r: [str(v) for v in r[:2]])


answers["cube columns"] = spark.table("device_counts").columns
answers["cube"] = sorted_rows(spark.sql("SELECT * from device_counts where model IS NOT NULL"))
answers["whole cube"] = sorted_rows(spark.table("device_counts"))

historical = static.groupBy("gt", "model").avg()
joined = (
    streaming.drop("Arrival_Time", "Creation_Time", "Index")
    .cube("gt", "model")
    .avg()
    .join(historical, ["gt", "model"])
    .writeStream.queryName("device_counts2")
    .format("memory")
    .outputMode("complete")
    .start()
)
joined.processAllAvailable()
answers["joined columns"] = spark.table("device_counts2").columns
answers["joined"] = sorted_rows(spark.table("device_counts2"))
answers["historical"] = sorted_rows(historical)
answers["names"] = sorted(q.name for q in spark.streams.active)
for query in spark.streams.active:
    query.stop()
spark.stop()

Path(answers_file).write_text(json.dumps(answers))
