"""Fixtures that every test may ask for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .course import course_data as find_course_data
from .course import course_documents as find_course_documents


@pytest.fixture
def spark() -> Iterator[Any]:
    """The process's session in UTC; queries and views of the test are gone after it.

    Asked for anew by each test, since a test may stop the session.
    """
    from caudal.sql import SparkSession

    session = SparkSession.builder.appName("tests").getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "UTC")
    session.conf.set("spark.sql.shuffle.partitions", "2")
    yield session
    if SparkSession.getActiveSession() is None:
        return  # the test stopped it
    for query in session.streams.active:
        query.stop()
    for table in session.catalog.listTables():
        if table.isTemporary:
            session.catalog.dropTempView(table.name)
    session.catalog.clearCache()


@pytest.fixture(scope="session")
def course_data() -> Path:
    """The folder with the course's data (``events/``, ``events_hourly_counts.json``)."""
    folder = find_course_data()
    if folder is None:
        pytest.skip("the course data is not on this machine (CAUDAL_COURSE_DATA names its folder)")
    return folder


@pytest.fixture(scope="session")
def course_documents() -> Path:
    """The folder with the texts of the course's lessons."""
    folder = find_course_documents()
    if folder is None:
        pytest.skip("the lessons' texts are not on this machine (CAUDAL_COURSE_DOCUMENTS)")
    return folder
