"""Fixtures for pytest, there wherever Caudal is installed.

They carry Caudal's name, so that a project's own ``spark`` fixture stays what it is: a
project that wants ours under that name says so in its ``conftest.py``::

    @pytest.fixture
    def spark(caudal_session):
        return caudal_session

Each test has a session of its own, which costs milliseconds: no view, setting or query of
one test is there in the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession
    from caudal.testing._clock import ManualClock


@pytest.fixture
def caudal_conf() -> dict[str, Any]:
    """Settings that `caudal_session` begins with; a project overrides it to give its own."""
    return {}


@pytest.fixture
def caudal_session(caudal_conf: dict[str, Any]) -> Iterator[SparkSession]:
    """A session for one test, the active one while the test runs; see `caudal.testing.session`."""
    from caudal.testing import session

    with session(caudal_conf) as spark:
        yield spark


@pytest.fixture
def caudal_clock(caudal_session: SparkSession) -> Iterator[ManualClock]:
    """A `ManualClock` at 0 that the queries of `caudal_session` go by."""
    from caudal.testing import ManualClock, use_clock

    clock = ManualClock()
    with use_clock(caudal_session, clock):
        yield clock
