"""Observations where threads, partitions and passes matter, which Spark cannot be asked."""

import threading
from pathlib import Path

import pytest

from caudal.sql import Observation, SparkSession
from caudal.sql import functions as F
from caudal.testing import MemoryStream


def test_get_waits_for_the_first_action(spark: SparkSession) -> None:
    observation = Observation()
    observed = spark.range(10).observe(observation, F.count("*").alias("n"))
    found: list[dict[str, int]] = []
    waiting = threading.Thread(target=lambda: found.append(observation.get))
    waiting.start()
    assert observed.where("id < 3").count() == 3
    waiting.join(30)
    assert found == [{"n": 10}]
    observed.limit(1).collect()
    assert observation.get == {"n": 10}, "later actions change nothing"


def test_every_partition_counts() -> None:
    session = SparkSession.builder.getOrCreate()
    rows = 300_000
    observation = Observation()
    observed = session.range(rows).observe(
        observation, F.count("*").alias("n"), F.sum("id").alias("s"), F.max("id").alias("m")
    )
    assert observed.groupBy((F.col("id") % 3).alias("k")).count().count() == 3
    assert observation.get == {"n": rows, "s": rows * (rows - 1) // 2, "m": rows - 1}


def test_columns_of_metrics_alone_are_read(spark: SparkSession) -> None:
    df = spark.createDataFrame([(1, "a"), (2, "b")], "id INT, s STRING")
    observation = Observation()
    observed = df.observe(observation, F.max("s").alias("top")).select("id")
    assert [r.id for r in observed.collect()] == [1, 2]
    assert observation.get == {"top": "b"}


def test_an_observed_stream_goes_on_after_a_restart(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "id INT")
    seen: list[object] = []

    def start():
        observed = stream.toDF().observe("m", F.count("*").alias("n"), F.max("id").alias("top"))
        counted = observed.groupBy().count()
        writer = counted.writeStream.outputMode("update").format("noop")
        return writer.option("checkpointLocation", str(tmp_path)).start()

    for value in (1, 2, 3):
        stream.addData(value)
        query = start()
        query.processAllAvailable()
        ran = [p for p in query.recentProgress if "addBatch" in p["durationMs"]]
        seen.extend(p["observedMetrics"]["m"].asDict() for p in ran)
        query.stop()
    assert seen == [{"n": 1, "top": 1}, {"n": 1, "top": 2}, {"n": 1, "top": 3}]


def test_a_time_window_is_no_metric(spark: SparkSession) -> None:
    df = spark.createDataFrame([(1,)], "id INT").select(F.current_timestamp().alias("t"))
    with pytest.raises(NotImplementedError, match="a time window in observe"):
        df.observe("m", F.max(F.window("t", "1 second")).alias("w"))
