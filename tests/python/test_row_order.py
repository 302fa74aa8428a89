"""Rows keep the order of their files and partitions where nothing moves them, however many
threads have a part in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from caudal.sql import DataFrame, SparkSession
from caudal.sql import functions as F

MANY = 80_000


def ids(frame: DataFrame) -> list[int]:
    return [row.id for row in frame.collect()]


@pytest.fixture
def local(spark: SparkSession) -> DataFrame:
    """So many rows that several threads read them."""
    return spark.createDataFrame([(number,) for number in range(MANY)], "id long")


def test_a_union_is_one_after_the_other(spark: SparkSession) -> None:
    union = spark.range(3).union(spark.range(10, 13))
    assert ids(union) == [0, 1, 2, 10, 11, 12]
    assert ids(union.where("id <> 1").limit(4)) == [0, 2, 10, 11]
    row = union.agg(F.first("id").alias("id"), F.collect_list("id").alias("ids")).head()
    assert row is not None
    assert (row.id, row.ids) == (0, [0, 1, 2, 10, 11, 12])


def test_local_rows_and_numbers(spark: SparkSession, local: DataFrame) -> None:
    even = list(range(0, MANY, 2))
    for frame in (local, spark.range(MANY)):
        assert ids(frame.where("id % 2 = 0")) == even
        assert ids(frame.select((F.col("id") + 1).alias("id"))) == list(range(1, MANY + 1))
        assert ids(frame.where("id % 2 = 0").limit(30_000)) == even[:30_000]


def test_files(local: DataFrame, spark: SparkSession, tmp_path: Path) -> None:
    for form in ("parquet", "json", "csv"):
        path = str(tmp_path / form)
        local.write.format(form).save(path)
        read = spark.read.schema("id long").format(form).load(path)
        assert ids(read.where("id >= 5")) == list(range(5, MANY))


def test_a_join_keeps_the_order_of_the_larger_side(spark: SparkSession, local: DataFrame) -> None:
    few = spark.createDataFrame(
        [(number, "x") for number in range(0, MANY, 1000)], "id long, x string"
    )
    assert ids(local.join(few, "id")) == list(range(0, MANY, 1000))


def test_groups_of_few_rows_come_as_they_are_first_seen(spark: SparkSession) -> None:
    rows = spark.createDataFrame([(k,) for k in ("b", "a", "c", "a", "d", "b")], "k string")
    groups = [(row.k, row["count"]) for row in rows.groupBy("k").count().collect()]
    assert groups == [("b", 2), ("a", 2), ("c", 1), ("d", 1)]
    assert [row.k for row in rows.distinct().collect()] == ["b", "a", "c", "d"]
