"""Methods of `DataFrame` that are put together in Python; what is expected was recorded from
PySpark 4.3.0."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from caudal.errors import AnalysisException, IllegalArgumentException, PySparkException
from caudal.sql import DataFrame, SparkSession


@pytest.fixture
def df(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(
        [(1, "x", 1.5, True), (None, None, None, None), (3, "y", math.nan, False)],
        "a int, b string, c double, d boolean",
    )


@pytest.mark.parametrize(
    ("arguments", "column", "expected"),
    [
        ((1, 10), "a", [10, None, 3]),
        ((1, None), "a", [None, None, 3]),
        ((1, 2.5), "a", [2, None, 3]),
        (([1, 3], [10, 30]), "a", [10, None, 30]),
        (([1, 3], 7), "a", [7, None, 7]),
        ((1.5, 9), "c", [9.0, None, "nan"]),
        ((math.nan, 0.0), "c", [1.5, None, 0.0]),
        ((["x", "y"], ["y", "x"]), "b", ["y", None, "x"]),
        (({"x": None, "y": "q"},), "b", [None, None, "q"]),
        ((True, False), "d", [False, None, False]),
        ((1, 2, ["b"]), "a", [1, None, 3]),
    ],
)
def test_replace(df: DataFrame, arguments: tuple[Any, ...], column: str, expected: Any) -> None:
    found = [row[column] for row in df.replace(*arguments).collect()]
    assert ["nan" if isinstance(v, float) and math.isnan(v) else v for v in found] == expected


@pytest.mark.parametrize(
    ("arguments", "condition"),
    [
        (({1: "a"},), "MIXED_TYPE_REPLACEMENT"),
        (([1, 2], [1]), "LENGTH_SHOULD_BE_THE_SAME"),
        ((1,), "ARGUMENT_REQUIRED"),
        ((None, 1), "NOT_EXPECTED_TYPE"),
        ((1, object()), "NOT_EXPECTED_TYPE"),
        ((1, 2, 3), "NOT_EXPECTED_TYPE"),
        ((1, 2, ["zz"]), "UNRESOLVED_COLUMN.WITH_SUGGESTION"),
    ],
)
def test_replace_refuses(df: DataFrame, arguments: tuple[Any, ...], condition: str) -> None:
    with pytest.raises(PySparkException) as raised:
        df.replace(*arguments)
    assert raised.value.getCondition() == condition


def test_describe_is_of_numbers_and_text(df: DataFrame) -> None:
    assert [tuple(row) for row in df.describe().collect()] == [
        ("count", "2", "2", "2"),
        ("mean", "2.0", None, "NaN"),
        ("stddev", "1.4142135623730951", None, "NaN"),
        ("min", "1", "x", "1.5"),
        ("max", "3", "y", "NaN"),
    ]
    assert df.select("d").describe().columns == ["summary"]


@pytest.mark.parametrize(
    ("name", "condition"), [("mode", "UNRECOGNIZED_STATISTIC"), ("200%", None)]
)
def test_summary_refuses(df: DataFrame, name: str, condition: str | None) -> None:
    with pytest.raises(IllegalArgumentException) as raised:
        df.summary(name)
    assert raised.value.getCondition() == condition


def test_col_regex(df: DataFrame) -> None:
    assert df.select(df.colRegex("`[AB]`")).columns == ["a", "b"]
    assert df.select(df.colRegex("a")).columns == ["a"]
    assert df.select(df.colRegex("`zz.*`")).columns == []


def test_range_is_cut_as_asked(spark: SparkSession) -> None:
    parts = spark.range(0, 10, 1, 3).rdd.glom().collect()
    assert [[row.id for row in part] for part in parts] == [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9]]
    assert spark.range(0, 10, 1, 3).coalesce(5).rdd.getNumPartitions() == 3
    seen: list[int] = []
    spark.range(0, 2, 1, 3).foreachPartition(lambda rows: seen.append(len(list(rows))))
    assert seen == [0, 1, 1]


def test_a_path_is_given_once(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a":1}\n')
    reader = spark.read.schema("a int").format("json").option("path", str(tmp_path))
    assert reader.load().collect() == [(1,)]
    with pytest.raises(AnalysisException) as raised:
        reader.load(str(tmp_path))
    assert raised.value.getCondition() == "_LEGACY_ERROR_TEMP_1306"


def test_columns_of_one_name_are_refused(df: DataFrame) -> None:
    with pytest.raises(AnalysisException) as raised:
        df.withColumns({"x": df.a, "X": df.b})
    assert raised.value.getCondition() == "COLUMN_ALREADY_EXISTS"
