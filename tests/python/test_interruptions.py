"""Operations that another thread stops: by session, tag, number, job group and job tag."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from caudal.errors import SparkRuntimeException
from caudal.sql import SparkSession

# Numbers enough for minutes.
MANY = 10**12
SLOW = "sum(hash(id))"


@contextmanager
def running(spark: SparkSession, before: Callable[[], None]) -> Iterator[list[BaseException]]:
    """A long query of another thread, and what becomes of it."""
    failures: list[BaseException] = []

    def work() -> None:
        before()
        try:
            spark.range(MANY).selectExpr(SLOW).collect()
        except SparkRuntimeException as error:
            failures.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    time.sleep(0.3)
    yield failures
    thread.join(10)
    assert not thread.is_alive()


def reason(failures: list[BaseException]) -> str:
    (error,) = failures
    assert isinstance(error, SparkRuntimeException)
    assert error.getCondition() == "SPARK_JOB_CANCELLED"
    return (error.getMessageParameters() or {})["reason"]


def test_all_operations_of_a_session(spark: SparkSession) -> None:
    with running(spark, lambda: None) as failures:
        assert spark.newSession().interruptAll() == []
        (number,) = spark.interruptAll()
        assert number.isdigit()
    assert reason(failures) == "as part of cancellation of all jobs"
    assert spark.interruptAll() == []
    assert spark.range(3).count() == 3


def test_operations_with_a_tag(spark: SparkSession) -> None:
    with running(spark, lambda: spark.addTag("slow")) as failures:
        assert spark.interruptTag("quick") == []
        assert len(spark.interruptTag("slow")) == 1
    assert len(failures) == 1
    assert spark.getTags() == set()


@pytest.mark.parametrize("kind", ["group", "tag", "all"])
def test_jobs(spark: SparkSession, kind: str) -> None:
    context = spark.sparkContext

    def before() -> None:
        context.setJobGroup("g", "slow ones")
        context.addJobTag("t")

    with running(spark, before) as failures:
        if kind == "group":
            context.cancelJobGroup("another")
            assert not failures
            context.cancelJobGroup("g")
        elif kind == "tag":
            context.cancelJobsWithTag("t")
        else:
            context.cancelAllJobs()
    expected = {
        "group": "part of cancelled job group g",
        "tag": "part of cancelled job tags t",
        "all": "as part of cancellation of all jobs",
    }
    assert reason(failures) == expected[kind]
