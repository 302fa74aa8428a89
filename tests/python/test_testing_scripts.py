"""What ships for users' streaming tests: scripts of actions, sessions, fixtures, the page."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from collected import Collected, timestamps

import caudal
from caudal.errors import AnalysisException, StreamingQueryException
from caudal.sql import SparkSession
from caudal.sql import functions as F
from caudal.testing import (
    AddData,
    AdvanceManualClock,
    AssertOnQuery,
    CheckAnswer,
    CheckLastBatch,
    CheckNewAnswer,
    ExpectFailure,
    ManualClock,
    MemoryStream,
    ProcessAllAvailable,
    StartStream,
    StopStream,
    StreamTest,
    StreamTestFailure,
    check_stream,
    session,
)

ROOT = Path(caudal.__file__).parent.parent


@pytest.fixture(autouse=True)
def no_query_is_left(spark: SparkSession) -> Iterator[None]:
    yield
    left = spark.streams.active
    for query in left:
        query.stop()
    assert left == []


# Scripts.


def counts(stream: MemoryStream) -> Any:
    return stream.toDF().groupBy("action").count()


@pytest.mark.parametrize("mode", ["update", "complete"])
def test_a_script_over_restarts(spark: SparkSession, mode: str) -> None:
    stream = MemoryStream(spark, "action STRING")
    update = mode == "update"
    check_stream(
        counts(stream),
        mode,
        CheckAnswer(),
        AddData(stream, "Open", "Open", "Close"),
        CheckAnswer(("Open", 2), ("Close", 1)),
        CheckNewAnswer(),
        AddData(stream, "Open"),
        CheckNewAnswer(("Open", 3)) if update else CheckNewAnswer(("Open", 3), ("Close", 1)),
        # In update mode all that was ever given, in complete mode the last result.
        CheckAnswer(("Open", 3), ("Close", 1), *[("Open", 2)][:update]),
        StopStream(),
        AddData(stream, "Close"),
        StartStream(),
        CheckLastBatch(("Close", 2)) if update else CheckLastBatch(("Close", 2), ("Open", 3)),
        AddData(stream, "Close"),
        StopStream(),
        StartStream(trigger="once"),
        CheckLastBatch(("Close", 3)) if update else CheckLastBatch(("Close", 3), ("Open", 3)),
        AssertOnQuery(lambda query: not query.isActive),
    )


def test_append_collects_all_batches(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "id INT, x DOUBLE")
    check_stream(
        stream.toDF(),
        "append",
        AddData(stream, (1, 0.1), (2, None)),
        CheckAnswer((2, None), (1, 0.1000000001)),
        AddData(stream, (3, float("nan"))),
        CheckLastBatch({"x": float("nan"), "id": 3}),
        CheckAnswer([(1, 0.1), (2, None), (3, float("nan"))], ordered=True),
        AddData(stream),
        CheckLastBatch(),
        CheckNewAnswer(),
    )


def test_ticks_cut_the_batches_of_a_script(spark: SparkSession) -> None:
    left, right, clock = MemoryStream(spark, "int"), MemoryStream(spark, "int"), ManualClock()
    check_stream(
        left.toDF().union(right.toDF()),
        "append",
        StartStream(trigger="10 seconds"),
        ProcessAllAvailable(),
        AddData(left, 1),
        AddData(right, 2),
        AddData(left, 3),
        CheckAnswer(),
        AdvanceManualClock("9 seconds"),
        CheckAnswer(),
        AdvanceManualClock("1 second"),
        CheckLastBatch(1, 2, 3),
        AssertOnQuery(lambda q: q.lastProgress["timestamp"] == "1970-01-01T00:00:10.000Z", "time"),
        AdvanceManualClock(timedelta(seconds=20)),
        CheckNewAnswer(),
        clock=clock,
    )
    assert clock.millis() == 30_000


def test_a_failure_that_is_expected(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "int")
    inverse = stream.toDF().select(F.lit(1) / F.col("value"))
    for expected in (
        ExpectFailure("DIVIDE_BY_ZERO"),
        ExpectFailure("STREAM_FAILED"),
        ExpectFailure(StreamingQueryException, match="Division by zero"),
    ):
        check_stream(
            inverse,
            "append",
            StartStream(),
            AddData(stream, 0),
            expected,
            # The batch is run again from the checkpoint.
            StartStream(),
            ExpectFailure("DIVIDE_BY_ZERO"),
        )


def test_a_query_that_is_refused(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "action STRING")
    condition = "STREAMING_OUTPUT_MODE.UNSUPPORTED_OPERATION"
    for error in (AnalysisException, condition, "STREAMING_OUTPUT_MODE"):
        check_stream(counts(stream), "append", StartStream(), ExpectFailure(error))
    with pytest.raises(StreamTestFailure, match="it could not be started") as caught:
        check_stream(counts(stream), "append", AddData(stream, "a"), CheckAnswer(("a", 1)))
    assert condition in str(caught.value)
    assert "=> StartStream()" in str(caught.value)
    assert isinstance(caught.value.__cause__, AnalysisException)
    with pytest.raises(StreamTestFailure, match="it could not be started"):
        check_stream(counts(stream), "append", StartStream())


def failure(*arguments: Any, **options: Any) -> str:
    with pytest.raises(StreamTestFailure) as caught:
        check_stream(*arguments, **options)
    return str(caught.value)


def test_the_text_of_rows_that_differ(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "id INT, name STRING")
    text = failure(
        stream.toDF(),
        "append",
        AddData(stream, (1, "a"), (2, "b"), (1, "a")),
        CheckAnswer((2, "b"), (1, "a"), (3, "c"), (1, "a")),
        StopStream(),
    )
    expected = """
        the rows differ (3 given, 4 expected; '+' was given and not expected, '-' was expected \
and not given):
            (id, name)
            (1, 'a')
            (1, 'a')
            (2, 'b')
          - (3, 'c')

        The test:
           StartStream()
           AddData(MemoryStream[id, name], (1, 'a'), (2, 'b'), (1, 'a'))
        => CheckAnswer((2, 'b'), (1, 'a'), (3, 'c'), (1, 'a'))
           StopStream()

        The query:
           output mode append
           batch 0 gave 3 rows
           MemoryStream[id#0,name#0] read to offset 0
           running"""
    assert re.sub(r"#\d+", "#0", text).strip() == textwrap.dedent(expected).strip()


@pytest.mark.parametrize(
    ("given", "expected", "differs"),
    [
        ([1, 1], [1], "+ (1,)"),
        ([1], [1, 1], "- (1,)"),
        ([1], [], "+ (1,)"),
        ([], [1], "- (1,)"),
        ([1], [None], "+ (1,)"),
        ([1], [2], "- (2,)"),
        ([1], [(1, 2)], "- (1, 2)"),
        ([1], [{"other": 1}], "- ({'other': 1},)"),
        ([1], ["1"], "- ('1',)"),
    ],
)
def test_rows_that_differ(
    spark: SparkSession, given: list[Any], expected: list[Any], differs: str
) -> None:
    for check in (CheckAnswer, CheckNewAnswer, CheckLastBatch):
        stream = MemoryStream(spark, "int")
        text = failure(stream.toDF(), "append", AddData(stream, *given), check(*expected))
        assert f"\n  {differs}\n" in text


def test_the_order_of_rows_counts_when_asked(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "int")
    check_stream(stream.toDF(), "append", AddData(stream, 1, 2), CheckAnswer(2, 1))
    stream = MemoryStream(spark, "int")
    text = failure(stream.toDF(), "append", AddData(stream, 1, 2), CheckAnswer(2, 1, ordered=True))
    assert "=> CheckAnswer(2, 1, ordered=True)" in text
    assert "  + (1,)\n  - (2,)\n  + (2,)\n  - (1,)\n" in text


def test_a_check_looks_only_at_what_it_says(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "int")
    prefix = (AddData(stream, 1), CheckAnswer(1), AddData(stream, 2))
    assert "+ (1,)" in failure(stream.toDF(), "append", *prefix, CheckAnswer(2))
    stream = MemoryStream(spark, "int")
    prefix = (AddData(stream, 1), CheckAnswer(1), AddData(stream, 2))
    assert "- (1,)" in failure(stream.toDF(), "append", *prefix, CheckNewAnswer(1, 2))


def test_failures_of_the_query_and_of_the_script(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "int")
    inverse = stream.toDF().select(F.lit(1) / F.col("value"))
    stream.addData(0)
    for step in (CheckAnswer(), ProcessAllAvailable(), AssertOnQuery(lambda query: True)):
        text = failure(inverse, "append", step)
        assert "[DIVIDE_BY_ZERO]" in text and f"=> {step!r}" in text and "ended" in text
    text = failure(inverse, "append", ExpectFailure("CAST_OVERFLOW"))
    assert "it failed otherwise: StreamingQueryException: [STREAM_FAILED]" in text
    text = failure(inverse, "append", ExpectFailure("DIVIDE_BY_ZERO", match="elsewhere"))
    assert "its message is another" in text
    df = MemoryStream(spark, "int").toDF()
    text = failure(df, "append", StartStream(), ExpectFailure(ValueError), timeout=1)
    assert "no failure: the query still runs after 1 s" in text
    text = failure(df, "append", StartStream(trigger="once"), ExpectFailure(ValueError))
    assert "no failure: the query ended without one" in text
    text = failure(df, "append", StartStream(), StartStream())
    assert "the query runs already" in text and text.count("=>") == 1
    text = failure(df, "append", StartStream(), StopStream(), CheckAnswer())
    assert "the query does not run" in text and "not running" in text
    text = failure(df, "append", AdvanceManualClock("1 second"))
    assert "the query goes by the machine's clock" in text
    text = failure(df, "append", AssertOnQuery(lambda query: False, "what it is"))
    assert "=> AssertOnQuery('what it is')" in text and "it is not so" in text
    text = failure(df, "append", AssertOnQuery(lambda query: 1 / 0))
    assert "ZeroDivisionError: division by zero" in text
    with pytest.raises(TypeError, match="'AddData' is not an action"):
        check_stream(df, "append", StartStream(), "AddData")  # type: ignore[arg-type]


def test_a_step_that_takes_too_long(spark: SparkSession) -> None:
    stream = MemoryStream(spark, "int")
    stream.addData(0)

    class Endless(StreamTest):
        """Each batch brings the next one."""

        def _keep(self, frame: Any, batch: int) -> None:
            stream.addData(batch)

    with (
        pytest.raises(StreamTestFailure, match="what is there has not gone through in 1 s"),
        Endless(stream.toDF(), timeout=1) as test,
    ):
        test.run(ProcessAllAvailable())


def test_a_failure_after_the_last_action_is_not_lost(spark: SparkSession) -> None:
    stream, clock = MemoryStream(spark, "int"), ManualClock()
    inverse = stream.toDF().select(F.lit(1) / F.col("value"))
    text = failure(
        inverse,
        "append",
        StartStream(trigger="1 second"),
        AddData(stream, 0),
        AdvanceManualClock("1 second"),
        clock=clock,
    )
    assert "[DIVIDE_BY_ZERO]" in text and "=> (the end)" in text
    text = failure(
        inverse,
        "append",
        StartStream(trigger="1 second"),
        AdvanceManualClock("1 second"),
        StopStream(),
        clock=clock,
    )
    assert "[DIVIDE_BY_ZERO]" in text and "=> StopStream()" in text


def test_a_script_in_parts(spark: SparkSession, tmp_path: Path) -> None:
    stream = MemoryStream(spark, "int")
    with StreamTest(stream.toDF(), checkpoint=str(tmp_path)) as test:
        test.run(AddData(stream, 1), CheckAnswer(1))
        test.run(AddData(stream, 2), CheckNewAnswer(2))
        with pytest.raises(StreamTestFailure, match="rows differ"):
            test.run(CheckAnswer(3))
        assert not spark.streams.active
    # The checkpoint that was given stays, and is gone on from.
    stream.addData(3)
    check_stream(stream.toDF(), "append", CheckAnswer(3), checkpoint=str(tmp_path))


# Sessions and fixtures.


def test_a_session_of_its_own(spark: SparkSession) -> None:
    spark.range(3).createOrReplaceTempView("mine")
    spark.conf.set("spark.sql.ansi.enabled", "false")
    clock = ManualClock(5_000)
    try:
        with session({"spark.sql.session.timeZone": "Asia/Tokyo"}, clock=clock) as other:
            assert SparkSession.builder.getOrCreate() is other is SparkSession.active()
            assert not other.catalog.tableExists("mine")
            assert other.conf.get("spark.sql.ansi.enabled") == "true"
            assert other.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
            other.range(1).createTempView("theirs")
            stream = MemoryStream(other, "int")
            stream.addData(1)
            with Collected(stream.toDF(), processingTime="1 minute") as got:
                clock.advance(0)
                assert timestamps(got.query) == ["00:05.000Z"]
            left = Collected(stream.toDF(), processingTime="1 minute").query
        assert not left.isActive
        assert SparkSession.active() is spark
        assert spark.table("mine").count() == 3 and not spark.catalog.tableExists("theirs")
        assert spark.conf.get("spark.sql.ansi.enabled") == "false"
    finally:
        spark.conf.set("spark.sql.ansi.enabled", "true")
        spark.catalog.dropTempView("mine")


def test_a_session_is_put_back_after_an_error(spark: SparkSession) -> None:
    with pytest.raises(ZeroDivisionError), session():
        raise ZeroDivisionError
    assert SparkSession.active() is spark
    with session() as outer, session() as inner:
        assert SparkSession.active() is inner is not outer


FIXTURES = """
import pytest
from caudal.sql import SparkSession
from caudal.testing import *

@pytest.fixture
def caudal_conf():
    return {"spark.sql.session.timeZone": "Europe/Madrid"}

@pytest.fixture
def spark(caudal_session):
    return caudal_session

seen = []

@pytest.mark.parametrize("n", [1, 2])
def test_isolated(spark, n):
    assert SparkSession.getActiveSession() is spark
    assert spark.conf.get("spark.sql.session.timeZone") == "Europe/Madrid"
    assert spark.catalog.listTables() == []
    assert spark.conf.get("spark.sql.shuffle.partitions") == "200"
    assert all(not query.isActive for query in seen)
    spark.conf.set("spark.sql.shuffle.partitions", "7")
    spark.range(n).createTempView("numbers")
    stream = MemoryStream(spark, "int")
    seen.append(stream.toDF().writeStream.format("memory").queryName("q").start())

def test_clock(caudal_session, caudal_clock):
    stream = MemoryStream(caudal_session, "int")
    check_stream(
        stream.toDF(), "append",
        StartStream(trigger="10 seconds"), ProcessAllAvailable(), AddData(stream, 1),
        CheckAnswer(), AdvanceManualClock("10 seconds"), CheckAnswer(1),
    )
    assert caudal_clock.millis() == 10_000

def test_after():
    assert SparkSession.getActiveSession() is None
    assert len(seen) == 2 and not seen[1].isActive

def test_wrong(caudal_session):
    stream = MemoryStream(caudal_session, "int")
    check_stream(stream.toDF(), "append", AddData(stream, 1), CheckAnswer(2))
"""


def pytest_run(folder: Path, *arguments: str) -> str:
    installed = any(e.value == "caudal.pytest_plugin" for e in entry_points(group="pytest11"))
    plugin = [] if installed else ["-p", "caudal.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", *plugin, "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=False,
    )
    return done.stdout + done.stderr


def test_the_fixtures_isolate_tests(tmp_path: Path) -> None:
    (tmp_path / "test_project.py").write_text(FIXTURES)
    out = pytest_run(tmp_path, "-q")
    assert "1 failed, 4 passed" in out, out
    # The failure is the script's text, not the insides of the harness.
    assert "=> CheckAnswer(2)" in out and "- (2,)" in out
    assert "_stream_test.py" not in out.split("short test summary")[0]


def test_the_plugin_is_registered_and_light(tmp_path: Path) -> None:
    declared = (ROOT.parent / "pyproject.toml").read_text()
    assert '[project.entry-points.pytest11]\ncaudal = "caudal.pytest_plugin"\n' in declared
    code = "import sys, caudal.pytest_plugin; print([m for m in sys.modules if 'caudal' in m])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert "caudal._native" not in done.stdout and "caudal.pytest_plugin" in done.stdout


# The page and the docstrings.


def test_the_page_on_testing_runs(tmp_path: Path) -> None:
    page = (ROOT.parent / "docs" / "testing.md").read_text()
    programs = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(programs) >= 2
    files = [re.match(r"# (\S+\.py)\n", program) for program in programs]
    for program, file in zip(programs, files, strict=True):
        assert file, program
        (tmp_path / file[1]).write_text(program)
    out = pytest_run(tmp_path, "-q")
    assert re.search(r"\b[4-9] passed", out) and "failed" not in out, out


def test_the_page_shows_what_a_failure_says(spark: SparkSession) -> None:
    actions = MemoryStream(spark, "door STRING, action STRING")
    text = failure(
        actions.toDF().filter("action = 'Open'").groupBy("door").count(),
        "update",
        AddData(actions, ("north", "Open"), ("north", "Close"), ("south", "Open")),
        CheckAnswer(("north", 2), ("south", 1)),
    )
    page = (ROOT.parent / "docs" / "testing.md").read_text()
    assert f"```\n{text.partition('The query:')[0].strip()}\n```" in page


@pytest.mark.parametrize(
    "module", ["_actions", "_clock", "_memory_stream", "_stream_test", "_frames", "_schemas"]
)
def test_examples_in_docstrings_run(spark: SparkSession, module: str) -> None:
    import doctest
    import importlib

    found = importlib.import_module(f"caudal.testing.{module}")
    # Not by `__module__`: where a test has called `activate()`, classes say pyspark.
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner()
    scope = {**vars(found), "spark": spark}
    examples = finder.find(found, globs=scope)
    for name, thing in vars(found).items():
        if isinstance(thing, type) and not str(thing.__module__).startswith("caudal"):
            examples += finder.find(thing, name, module=False, globs=scope)
    for example in examples:
        runner.run(example)
    assert runner.failures == 0
    assert runner.tries > 0 or module == "_schemas"
