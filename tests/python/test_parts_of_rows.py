"""Checkpoints, samples and numbers about columns, as far as real Spark cannot show them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from caudal.errors import PySparkNotImplementedError
from caudal.sql import SparkSession
from caudal.sql import functions as F
from caudal.sql._quantiles import QuantileSummary, frequent


def test_a_checkpoint_outlives_what_it_was_made_of(spark: SparkSession, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"a": 1}\n')
    rows = spark.read.schema("a int").json(str(tmp_path))
    kept = rows.localCheckpoint()
    file.write_text('{"a": 2}\n{"a": 3}\n')
    assert [row.a for row in kept.collect()] == [1]
    assert sorted(row.a for row in rows.collect()) == [2, 3]


def test_parts_are_all_rows_and_no_row_twice(spark: SparkSession) -> None:
    rows = spark.range(500).withColumn("k", F.col("id") % 7).orderBy("k")
    parts = rows.randomSplit([0.2, 0.3, 0.5], seed=9)
    ids = [row.id for part in parts for row in part.collect()]
    assert sorted(ids) == list(range(500))


def test_a_sample_is_the_same_whenever_it_is_taken(spark: SparkSession) -> None:
    sampled = spark.range(1000).sample(0.3, 4)
    first = [row.id for row in sampled.collect()]
    assert 200 < len(first) < 400
    assert [row.id for row in sampled.collect()] == first
    assert sampled.where("id >= 500").count() == sum(i >= 500 for i in first)


def test_rows_many_times_are_refused_by_name(spark: SparkSession) -> None:
    with pytest.raises(PySparkNotImplementedError, match="replacement"):
        spark.range(3).sample(True, 45.0, 1)


def test_rows_of_other_partitions_are_all_rows(spark: SparkSession, tmp_path: Path) -> None:
    rows = spark.range(0, 50_000, 1, 3).withColumn("k", F.col("id") % 11)
    for dealt in (
        rows.repartition(7),
        rows.repartition(5, "k"),
        rows.repartition("k"),
        rows.repartitionByRange(4, F.desc("id")),
        rows.repartition(6).coalesce(2),
    ):
        assert dealt.count() == 50_000
        assert dealt.agg(F.sum("id")).first()[0] == sum(range(50_000))
        assert dealt.groupBy("k").count().count() == 11
    rows.repartition(4).write.parquet(str(tmp_path / "out"))
    assert len(list((tmp_path / "out").glob("part-*.parquet"))) == 4
    assert spark.read.parquet(str(tmp_path / "out")).distinct().count() == 50_000


@pytest.mark.parametrize("error", [0.5, 0.1, 0.01, 0.0])
def test_a_quantile_is_as_near_as_it_should_be(error: float) -> None:
    count = 120_000
    summary = QuantileSummary(error)
    summary.extend(float(i * 7919 % count) for i in range(count))
    shares = [0.0, 0.1, 0.25, 0.5, 0.9, 1.0]
    for share, value in zip(shares, summary.quantiles(shares), strict=True):
        assert abs(value - share * count) <= error * count + 1


def test_frequent_values_are_never_left_out() -> None:
    values = ["a"] * 30 + [str(i) for i in range(60)] + ["b"] * 20
    found = frequent(values, 0.15)
    assert {"a", "b"} <= set(found)
    assert len(found) <= math.floor(1 / 0.15)
