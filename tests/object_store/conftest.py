"""One server for all tests, a bucket for each."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from .store import Bucket, client, end, serve

pytest.importorskip("moto")

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    process, endpoint = serve()
    yield endpoint
    end(process)


@pytest.fixture(scope="package", autouse=True)
def no_session_is_left() -> Iterator[None]:
    """Other tests of this process begin sessions with settings of their own."""
    yield
    from caudal.sql import SparkSession

    session = SparkSession.getActiveSession()
    if session is not None:
        session.stop()


@pytest.fixture
def bucket(endpoint: str) -> Bucket:
    s3 = client("s3", endpoint)
    name = f"tests-{next(NUMBERS)}"
    s3.create_bucket(Bucket=name)
    return Bucket(endpoint, name, s3)


@pytest.fixture
def on_bucket(spark: Any, bucket: Bucket) -> Iterator[Any]:
    """The session, which may use the bucket."""
    for key, value in bucket.settings().items():
        spark.conf.set(key, value)
    yield spark
    for key in bucket.settings():
        spark.conf.unset(key)
