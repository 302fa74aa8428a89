"""Every program over Kafka gives what real Spark gave over Apache Kafka, under Caudal.

``CAUDAL_ORACLE_IMPL=pyspark`` runs the same comparison against real Spark, which checks
the recordings and, without ``CAUDAL_KAFKA_BOOTSTRAP``, how far noida is like Apache Kafka.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..oracle import harness
from ..oracle.context import CourseDataMissing
from . import spark_jars
from .collection import HERE, collection, only_apache

IMPLEMENTATION = os.environ.get("CAUDAL_ORACLE_IMPL", "caudal")
PLACES = collection("")
NAMES = PLACES.names()

# As the oracle's: program, label of the result, reason; what agrees must leave.
NOT_YET: dict[str, dict[str, str]] = (
    json.loads((HERE / "not_yet.json").read_text(encoding="utf-8"))
    if IMPLEMENTATION == "caudal"
    else {}
)


@pytest.fixture(scope="module")
def sessions() -> Iterator[harness.Sessions]:
    zone = os.environ.get("TZ")
    settings = {}
    if IMPLEMENTATION == "caudal":
        import caudal

        caudal.activate()
    else:
        settings[spark_jars.SETTING] = spark_jars.spark_jars()
    opened = harness.Sessions(IMPLEMENTATION, settings)
    yield opened
    opened.close()
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()


def _parameter(name: str) -> object:
    why = only_apache(PLACES.program_path(name))
    marks = [] if why is None else [pytest.mark.apache_kafka(reason=why)]
    return pytest.param(name, marks=marks)


@pytest.mark.parametrize("name", [_parameter(name) for name in NAMES])
def test_program(name: str, sessions: harness.Sessions, bootstrap: str) -> None:
    ours = collection(bootstrap)
    assert ours.recording_path(name).exists(), f"{name} has no recording"
    try:
        actual = harness.run_program(name, sessions.fresh(), ours)
    except CourseDataMissing as missing:
        pytest.skip(str(missing))
    found = harness.differences(harness.read_recording(name, ours), actual)
    listed = NOT_YET.get(name, {})
    new = [text for label, text in found.items() if label not in listed]
    if new:
        pytest.fail(f"{name}: {len(new)} results differ\n\n" + "\n\n".join(new), pytrace=False)
    agree = sorted(listed.keys() - found.keys())
    assert not agree, f"{name}: these agree now and must leave not_yet.json: {agree}"


def test_not_yet_names_programs() -> None:
    assert not NOT_YET.keys() - set(NAMES)


def test_every_recording_has_a_program() -> None:
    assert not PLACES.recorded() - set(NAMES)


def test_the_recordings_say_what_made_them() -> None:
    made = {
        tuple(sorted(json.loads(PLACES.recording_path(name).read_text())["made with"].items()))
        for name in PLACES.recorded()
    }
    assert [dict(one)["spark-sql-kafka-0-10_2.13"] for one in made] == [
        spark_jars.CONNECTOR.split(":")[2]
    ], f"recordings of several makings: {sorted(made)} in {Path('recordings')}"
