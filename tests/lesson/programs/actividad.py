"""The Spanish assignment on the same events: counts by minute, averages, two queries at once.

Usage: ``actividad.py EVENTS_FOLDER ANSWERS_FILE``. A plain PySpark program.
"""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql.functions import *
from pyspark.sql.types import *

input_path, answers_file = sys.argv[1:3]

spark = (
    SparkSession.builder.appName("actividad")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "2")
    .getOrCreate()
)
answers = {}


def value(statement):
    """The single value of a query with one row and one column."""
    return spark.sql(statement).rdd.flatMap(list).first()


schema = StructType([StructField("time", TimestampType()), StructField("action", StringType())])
events = spark.read.schema(schema).json(input_path)
events.createOrReplaceTempView("static_input")

by_minute = events.groupBy(events.action, window(events.time, "1 minute")).count()
by_minute.cache()
by_minute.createOrReplaceTempView("static_counts")
by_hour = events.groupBy(events.action, window(events.time, "1 hour")).count()
by_hour.createOrReplaceTempView("static_counts_hourly")

answers["hourly_max"] = value("select max(count) from static_counts_hourly")
answers["hourly_min"] = value("select min(count) from static_counts_hourly")
totals = spark.sql(
    "select action, sum(count) as total_count from static_counts_hourly group by action"
)
answers["totals"] = sorted([list(row) for row in totals.collect()])
answers["minutes"] = spark.sql(
    "select action, count from static_counts order by window, action"
).count()

# The average of a minute, for each hour; then the busiest hour.
per_minute = by_minute.groupBy(by_minute.window).agg(avg("count").alias("average"))
per_hour = per_minute.groupBy(window(per_minute.window.start, "1 hour")).agg(
    avg("average").alias("average")
)
per_hour.createOrReplaceTempView("static_mean")
answers["hours"] = per_hour.count()
answers["averages"] = [
    list(row)
    for row in per_hour.withColumnRenamed("average", "mean")
    .select(date_format("window.start", "yyyy-MM-dd HH:mm").alias("hour"), "mean")
    .orderBy("hour")
    .collect()
]
busiest = spark.sql(
    "select * from (select row_number() over (order by average desc, window) as rownum, "
    "window, average from static_mean) as foo where rownum <= 1"
)
busiest.show(truncate=False)
answers["busiest"] = [
    list(row)
    for row in busiest.select("rownum", col("window.start").cast("string"), "average").collect()
]

# Two queries at once from one stream.
stream = spark.readStream.schema(schema).option("maxFilesPerTrigger", 1).json(input_path)
counts = stream.groupBy(stream.action, window(stream.time, "1 minute")).count()
query, query2 = (
    counts.writeStream.format("memory").queryName(name).outputMode("complete").start()
    for name in ("counts", "counts2")
)
answers["both_active"] = [q.name for q in spark.streams.active] in (
    ["counts", "counts2"],
    ["counts2", "counts"],
)
query.processAllAvailable()
query2.processAllAvailable()
answers["stream_rows"] = [
    value("select count(*) from counts"),
    value("select count(*) from counts2"),
]

alarm = (
    "select sc.action as action1, cast(sc.window.start as string) as start, sc.count as count1, "
    "sc2.count as count2 from counts sc inner join counts2 sc2 "
    "on sc.window = sc2.window and sc.action <> sc2.action "
    "{} (sc.count - sc2.count) > 20 order by sc.window.start, action1"
)
answers["alarms"] = [list(row) for row in spark.sql(alarm.format("where")).collect()]
try:
    spark.sql(alarm.format("having")).collect()
    answers["having_error"] = None
except Exception as error:
    answers["having_error"] = error.getCondition()
spark.conf.set("spark.sql.legacy.parser.havingWithoutGroupByAsWhere", "true")
answers["legacy_alarms"] = [list(row) for row in spark.sql(alarm.format("having")).collect()]

moving = spark.sql(
    "select *, avg(count) over (partition by action order by window.start desc "
    "range between interval 30 minutes preceding and current row) as MovingAvg from counts"
)
answers["moving_columns"] = moving.columns
answers["moving"] = [
    list(row)
    for row in moving.select(
        "action", col("window.start").cast("string").alias("start"), "MovingAvg"
    )
    .orderBy("action", "start")
    .collect()
][::100]
variance_df = spark.sql(
    "select variance(count) from (select * from counts order by window desc) as o"
)
answers["variance"] = [variance_df.columns, variance_df.first()[0]]
for each in spark.streams.active:
    each.stop()
spark.stop()

Path(answers_file).write_text(json.dumps(answers))
