"""Packages of a JVM that a program asks for: built in, or named in a warning."""

import logging
import warnings

import pytest

from caudal.sql import _packages


@pytest.fixture(autouse=True)
def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_packages, "_SEEN", set())
    monkeypatch.delenv("PYSPARK_SUBMIT_ARGS", raising=False)


@pytest.mark.parametrize(
    "package",
    [
        "org.apache.spark:spark-sql-kafka-0-10_2.13:4.3.0",
        "org.apache.spark:spark-avro_2.12:3.5.0",
        "org.apache.hadoop:hadoop-aws:3.3.4",
    ],
)
def test_what_is_built_in_is_a_line_in_the_log(
    package: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "caudal"), warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            _packages.tell_of_packages({"spark.jars.packages": package})
    assert [record.getMessage().split(" ")[0] for record in caplog.records] == [package]


def test_any_other_is_named_in_a_warning_once() -> None:
    asked = {"spark.jars.packages": "com.example:thing_2.13:1.0, graphframes:graphframes:0.8"}
    with pytest.warns(UserWarning) as told:
        _packages.tell_of_packages(asked)
        _packages.tell_of_packages(asked)
    names = [str(warning.message).split(" is for")[0] for warning in told]
    assert names == [
        "The package com.example:thing_2.13:1.0",
        "The package graphframes:graphframes:0.8",
    ]


def test_those_of_the_submit_arguments_count(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kafka = "org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.1"
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", f"--packages {kafka} pyspark-shell")
    with caplog.at_level(logging.INFO, "caudal"):
        _packages.tell_of_packages({})
    assert f"{kafka} is not needed: Kafka is built in" in caplog.text


def test_a_jar_is_named_in_a_warning() -> None:
    with pytest.warns(UserWarning, match="The jar /tmp/a.jar is for a JVM"):
        _packages.tell_of_packages({"spark.jars": "/tmp/a.jar"})
