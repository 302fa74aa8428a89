"""Expressions whose answers were recorded from real PySpark 4.3.0.

``recorded/types.json`` holds types, rows, inference and checks of values; ``columns.json``
and ``functions.json`` what columns look like; ``arguments.json`` errors for wrong arguments, and
``calls.json`` those of every public call that PySpark itself checks, without a JVM.
What is not there yet must say so: `PySparkNotImplementedError` passes, a wrong answer fails.
"""

from __future__ import annotations

import array
import datetime
import decimal
import json
import math
import pickle
import re
import warnings
from typing import Any

import pytest

import caudal.sql.types as T
from caudal.errors import PySparkNotImplementedError
from caudal.sql import Row, SparkSession, Window
from caudal.sql import functions as F
from caudal.testing import assertSchemaEqual
from conftest import recorded

FIELD = T.StructField


def names() -> dict[str, Any]:
    """The names that the recorded expressions use."""
    nested = T.ArrayType(T.StructType([FIELD("x", T.StringType())]))
    prices = T.MapType(T.StringType(), T.DecimalType(10, 2))
    return {
        "T": T,
        "F": F,
        "W": Window,
        "Row": Row,
        "SparkSession": SparkSession,
        "ase": assertSchemaEqual,
        "S": T.StructType(
            [
                FIELD("a", T.IntegerType(), False, {"k": "v"}),
                FIELD("b", nested),
                FIELD("c", prices),
                FIELD("odd name", T.TimestampType()),
            ]
        ),
        "S2": T.StructType([FIELD("a", T.IntegerType()), FIELD("b", T.StringType())]),
        "S2N": T.StructType([FIELD("a", T.IntegerType(), False), FIELD("b", T.StringType())]),
        "V": lambda value, dt, nullable=True: T._make_type_verifier(dt, nullable)(value),
        **{m.__name__: m for m in (array, datetime, decimal, json, math, pickle)},
    }


def check(entry: dict[str, Any], scope: dict[str, Any]) -> None:
    """Evaluates an expression and compares with the recording."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = repr(eval(entry["expr"], scope))
    except PySparkNotImplementedError:
        return
    except Exception as error:
        assert "error" in entry, f"{type(error).__name__}: {error}"
        assert type(error).__name__ == entry["error"]
        assert str(error).split("\n")[0] == entry["message"].split("\n")[0]
        if "condition" in entry:
            assert error.getCondition() == entry["condition"]  # type: ignore[attr-defined]
        return
    assert numbered(value) == numbered(entry.get("value", "")), f"recorded: {entry}"


def numbered(text: str) -> str:
    """Variables of lambdas are numbered as a process makes them: here, from 0 in each text."""
    found = [int(number) for number in re.findall(r"\b[xyz]_(\d+)", text)]
    return re.sub(r"\b([xyz])_(\d+)", lambda m: f"{m[1]}_{int(m[2]) - min(found)}", text)


@pytest.mark.parametrize("entry", recorded("types"), ids=lambda e: e["expr"])
def test_types_and_rows(entry: dict[str, Any]) -> None:
    check(entry, names())


@pytest.mark.parametrize("entry", recorded("columns"), ids=lambda e: e["expr"])
def test_columns(entry: dict[str, Any]) -> None:
    check(entry, names())


@pytest.mark.parametrize("entry", recorded("functions"), ids=lambda e: e["expr"])
def test_functions(entry: dict[str, Any]) -> None:
    check(entry, names())


@pytest.fixture(scope="module")
def frames(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("stream")
    (folder / "a.json").write_text('{"a":1}\n')
    return {
        **names(),
        "spark": spark,
        "df": spark.createDataFrame([(1, "x", 2.5), (2, None, 1.5)], "a int, b string, c double"),
        "nested": spark.createDataFrame(
            [((1, "x"), [1, 2], {"k": 1})],
            "s struct<x:int,y:string>, arr array<int>, m map<string,int>",
        ),
        "sdf": spark.readStream.schema("a int").json(str(folder)),
    }


@pytest.mark.parametrize("entry", recorded("arguments"), ids=lambda e: e["expr"])
def test_wrong_arguments(entry: dict[str, Any], frames: dict[str, Any]) -> None:
    check(entry, frames)


def calls() -> dict[str, list[dict[str, Any]]]:
    """The recorded calls by what is called: ``df.select``, ``F.lit``."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in recorded("calls"):
        found.setdefault(entry["expr"].partition("(")[0], []).append(entry)
    return found


@pytest.fixture(scope="module")
def callees(spark: SparkSession) -> dict[str, Any]:
    return {
        **names(),
        "spark": spark,
        "df": spark.createDataFrame([(1, "x", 2.0)], "a int, s string, d double"),
        "sdf": spark.readStream.format("rate").load(),
        "Window": Window,
    }


@pytest.mark.parametrize("callee", calls())
def test_arguments_that_pyspark_checks(callee: str, callees: dict[str, Any]) -> None:
    for entry in calls()[callee]:
        with pytest.raises(Exception) as raised, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            eval(entry["expr"], callees)
        error: Any = raised.value
        if isinstance(error, PySparkNotImplementedError):
            continue
        assert type(error).__name__ == entry["error"], entry["expr"]
        assert error.getCondition() == entry["condition"], entry["expr"]
        assert error.getMessageParameters() == entry["parameters"], entry["expr"]
