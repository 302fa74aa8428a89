"""A broker for all tests over Kafka, and what they ask of it.

With ``CAUDAL_KAFKA_BOOTSTRAP`` (`make test-kafka` sets it) the tests run against the broker
there, which ``CAUDAL_KAFKA_BROKER`` names; else against a noida of this session, which
needs no Java. The summary says which.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("confluent_kafka")

from . import brokers
from .topics import Kafka

GIVEN = os.environ.get("CAUDAL_KAFKA_BOOTSTRAP")
NAME = os.environ.get("CAUDAL_KAFKA_BROKER", "a broker that was given") if GIVEN else "noida-db"
IS_APACHE = "Apache" in NAME


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("apache_kafka")
        if marker is not None and not IS_APACHE:
            why = marker.kwargs.get("reason") or "only Apache Kafka can show this"
            item.add_marker(pytest.mark.skip(reason=f"{why}: `make test-kafka` runs it"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    ours = str(Path(__file__).parent.name)
    counts = {
        outcome: len([r for r in found if f"tests/{ours}/" in getattr(r, "nodeid", "")])
        for outcome, found in terminalreporter.stats.items()
        if outcome in ("passed", "failed", "skipped", "error")
    }
    if any(counts.values()):
        told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items() if count)
        terminalreporter.write_line(f"== kafka: against {NAME}: {told}")


@pytest.fixture(scope="session")
def bootstrap() -> Iterator[str]:
    """The address of the broker."""
    if GIVEN:
        yield GIVEN
        return
    with tempfile.TemporaryDirectory() as folder, _noida(Path(folder)) as broker:
        yield broker.bootstrap


def _noida(folder: Path) -> Any:
    try:
        brokers.noida_program()
    except brokers.BrokerMissing as missing:
        pytest.skip(str(missing))
    return brokers.noida(folder)


@pytest.fixture(scope="session")
def kafka_broker_name() -> str:
    """What the tests run against, for what only one of them can."""
    return NAME


@pytest.fixture
def kafka(bootstrap: str) -> Kafka:
    """Topics and records by a client that is not ours: see ``Kafka``."""
    return Kafka(bootstrap)


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[brokers.Broker]:
    """A broker that the test may kill, freeze or restart; of the kind that the suite uses."""
    if IS_APACHE:
        with brokers.apache_kafka(tmp_path / "broker") as broker:
            yield broker
    else:
        with _noida(tmp_path / "broker") as broker:
            yield broker


@pytest.fixture(scope="session")
def secured_broker() -> Iterator[brokers.Broker]:
    """An Apache Kafka whose other listeners ask who is there (see ``brokers.Broker``); for
    tests with the marker `apache_kafka`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        brokers.apache_kafka(Path(folder) / "broker", secured=True) as broker,
    ):
        yield broker


@pytest.fixture(scope="package", autouse=True)
def no_session_is_left() -> Iterator[None]:
    """Other tests of this process begin sessions with settings of their own."""
    yield
    from caudal.sql import SparkSession

    session = SparkSession.getActiveSession()
    if session is not None:
        session.stop()
