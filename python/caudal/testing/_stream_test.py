"""`check_stream` and `StreamTest`: a streaming test as a script of actions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from caudal.errors import PySparkAssertionError, PySparkException, StreamingQueryException
from caudal.testing._actions import (
    Action,
    AddData,
    AdvanceManualClock,
    AssertOnQuery,
    CheckLastBatch,
    CheckNewAnswer,
    ExpectFailure,
    ProcessAllAvailable,
    StartStream,
    StopStream,
    _Check,
)
from caudal.testing._clock import ManualClock, clock_of, use_clock
from caudal.testing._rows import compared

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.streaming.query import StreamingQuery


class StreamTestFailure(PySparkAssertionError):
    """A step of a streaming test that did not hold; its text shows the whole test."""


def check_stream(
    df: DataFrame,
    mode: str = "append",
    *actions: Action,
    clock: ManualClock | None = None,
    checkpoint: str | None = None,
    timeout: int = 60,
) -> None:
    """Runs a streaming query through a script and fails at the first step that does not hold.

    The query runs into a sink of its own, with a checkpoint that outlives `StopStream` and
    is removed at the end. Under ``pytest`` the failure's text is all that is shown.

    Parameters
    ----------
    df
        What to test: a frame over one `MemoryStream` or several.
    mode
        The output mode: ``append``, ``update`` or ``complete``.
    actions
        The script: `AddData`, `CheckAnswer`, `CheckNewAnswer`, `CheckLastBatch`,
        `ProcessAllAvailable`, `AdvanceManualClock`, `StopStream`, `StartStream`,
        `ExpectFailure`, `AssertOnQuery`.
    clock
        What the query goes by; without it the session's clock.
    checkpoint
        A folder for the checkpoint, which stays.
    timeout
        Seconds of real time that a step may take.

    Raises
    ------
    StreamTestFailure
        Names the step and what differs.

    Examples
    --------
    >>> from caudal.testing import *
    >>> actions = MemoryStream(spark, "action STRING")
    >>> check_stream(
    ...     actions.toDF().groupBy("action").count(),
    ...     "update",
    ...     AddData(actions, "Open", "Open", "Close"),
    ...     CheckNewAnswer(("Open", 2), ("Close", 1)),
    ...     StopStream(),
    ...     AddData(actions, "Open"),
    ...     StartStream(),
    ...     CheckNewAnswer(("Open", 3)),
    ... )
    """
    __tracebackhide__ = True
    with StreamTest(df, mode, clock=clock, checkpoint=checkpoint, timeout=timeout) as test:
        test.run(*actions)


class StreamTest:
    """A streaming query under test, for scripts in several parts; see `check_stream`.

    Parameters
    ----------
    df, mode, clock, checkpoint, timeout
        As in `check_stream`.

    Examples
    --------
    >>> from caudal.testing import *
    >>> numbers = MemoryStream(spark, "int")
    >>> with StreamTest(numbers.toDF()) as test:
    ...     for n in range(3):
    ...         test.run(AddData(numbers, n), CheckNewAnswer(n))
    ...     test.query.lastProgress["batchId"]
    2
    """

    def __init__(
        self,
        df: DataFrame,
        mode: str = "append",
        *,
        clock: ManualClock | None = None,
        checkpoint: str | None = None,
        timeout: int = 60,
    ):
        self._df = df
        self._mode = mode
        self._clock = clock
        self._timeout = timeout
        self._own_folder = checkpoint is None
        self._checkpoint = checkpoint or tempfile.mkdtemp(prefix="caudal-stream-test-")
        self._query: StreamingQuery | None = None
        self._running: ManualClock | None = None
        self._ticks = False
        self._started = False
        self._start_error: PySparkException | None = None
        self._batches: dict[int, list[Any]] = {}
        self._seen = -1
        self._script: list[Action] = []
        self._at = -1

    @property
    def query(self) -> StreamingQuery:
        """The query that runs.

        Raises
        ------
        StreamTestFailure
            Where none does.
        """
        if self._query is None:
            raise self._failure("the query does not run: StartStream() must come before")
        return self._query

    def run(self, *actions: Action) -> None:
        """Does the actions, one after the other.

        Raises
        ------
        StreamTestFailure
            At the first that does not hold; the query is stopped then.
        TypeError
            For what is no action.
        """
        __tracebackhide__ = True
        script = list(actions)
        for action in script:
            if not isinstance(action, Action):
                raise TypeError(f"{action!r} is not an action of a streaming test")
        if not self._started and not _starts_itself(script):
            script.insert(0, StartStream())
        self._script += script
        try:
            for action in script:
                self._at += 1
                self._raise_start_error(action)
                self._do(action)
            self._at += 1
            self._raise_start_error(None)
            self._raise_failure()
            self._at -= 1
        except StreamTestFailure:
            self.close()
            raise
        except Exception as error:
            failure = self._failure(_told(error))
            self.close()
            raise failure from error

    def close(self) -> None:
        """Stops the query and removes its checkpoint, unless that was given."""
        if self._query is not None:
            self._query.stop()
            self._query = None
        if self._own_folder:
            shutil.rmtree(self._checkpoint, ignore_errors=True)

    def __enter__(self) -> StreamTest:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.close()

    # What the actions do.

    def _do(self, action: Action) -> None:
        __tracebackhide__ = True
        match action:
            case AddData():
                action.stream.addData(*action.rows)
            case _Check():
                self._check(action)
            case ProcessAllAvailable():
                self._settle()
            case AdvanceManualClock():
                self._advance(action)
            case StartStream():
                self._start(action)
            case StopStream():
                self.query.stop()
                self._raise_failure()
                self._query = None
            case ExpectFailure():
                self._expect(action)
            case AssertOnQuery():
                self._settle()
                if action.check(self.query) is False:
                    raise self._failure("it is not so")

    def _start(self, action: StartStream) -> None:
        __tracebackhide__ = True
        if self._query is not None:
            raise self._failure("the query runs already: StopStream() must come before")
        spark = self._df.sparkSession
        clock = action.clock or self._clock or clock_of(spark)
        writer = self._df.writeStream.foreachBatch(self._keep).outputMode(self._mode)
        writer.option("checkpointLocation", self._checkpoint).options(**action.options)
        self._ticks = False
        if action.trigger in ("once", "availableNow"):
            writer.trigger(**{action.trigger: True})  # type: ignore[arg-type]
        elif action.trigger is not None:
            writer.trigger(processingTime=action.trigger)
            self._ticks = clock is not None
        self._started = True
        self._running = clock
        try:
            with use_clock(spark, clock):
                self._query = writer.start()
        except PySparkException as error:
            self._start_error = error

    def _keep(self, frame: DataFrame, batch: int) -> None:
        self._batches[batch] = frame.collect()

    def _advance(self, action: AdvanceManualClock) -> None:
        __tracebackhide__ = True
        if self._running is None:
            raise self._failure("the query goes by the machine's clock: give check_stream a clock")
        self._running.advance(action.by, timeout=self._timeout)

    def _settle(self) -> None:
        """Until what is there has gone through, or until no tick is due."""
        __tracebackhide__ = True
        query = self.query
        if self._ticks and self._running is not None:
            self._running.wait_until_rest(self._timeout)
            self._raise_failure()
        elif query.isActive:
            if not query._query.process_all_available(self._timeout):
                raise self._failure(f"what is there has not gone through in {self._timeout} s")
        else:
            query.awaitTermination(self._timeout)

    def _raise_failure(self) -> None:
        __tracebackhide__ = True
        error = None if self._query is None else self._query.exception()
        if error is not None:
            raise error

    def _check(self, action: _Check) -> None:
        __tracebackhide__ = True
        self._settle()
        numbers = sorted(self._batches)
        match action:
            case CheckLastBatch():
                numbers = numbers[-1:]
            case CheckNewAnswer():
                numbers = [n for n in numbers if n > self._seen]
        if self._mode.lower() == "complete":
            numbers = numbers[-1:]
        self._seen = max(self._batches, default=-1)
        given = [row for number in numbers for row in self._batches[number]]
        difference = compared(given, action.rows, self._df.columns, action.ordered)
        if difference:
            raise self._failure(difference)

    def _expect(self, action: ExpectFailure) -> None:
        __tracebackhide__ = True
        error: BaseException
        if self._start_error is not None:
            error, self._start_error = self._start_error, None
        else:
            try:
                ended = self.query.awaitTermination(self._timeout)
            except StreamingQueryException as failure:
                error = failure
            else:
                how = "ended without one" if ended else f"still runs after {self._timeout} s"
                raise self._failure(f"no failure: the query {how}")
        self._query = None
        chain = list(_chain(error))
        if not any(_is(e, action.error) for e in chain):
            raise self._failure(f"it failed otherwise: {_told(error)}") from error
        if action.match is not None and not any(action.match in str(e) for e in chain):
            raise self._failure(f"its message is another: {_told(error)}") from error

    # What is said of a failure.

    def _raise_start_error(self, following: Action | None) -> None:
        __tracebackhide__ = True
        error = self._start_error
        if error is None or isinstance(following, ExpectFailure):
            return
        self._start_error = None
        self._at -= 1
        raise self._failure(f"it could not be started: {_told(error)}") from error

    def _failure(self, what: str) -> StreamTestFailure:
        lines = ["", *what.splitlines(), "", "The test:"]
        for number, action in enumerate(self._script):
            lines.append(f"{'=>' if number == self._at else '  '} {action!r}")
        if self._at == len(self._script):
            lines.append("=> (the end)")
        lines += ["", "The query:", *(f"   {line}" for line in self._state())]
        return StreamTestFailure(message="\n".join(lines))

    def _state(self) -> Iterator[str]:
        yield f"output mode {self._mode}"
        if self._running is not None:
            yield f"clock at {self._running.now():%Y-%m-%d %H:%M:%S.%f}"
        for number in sorted(self._batches)[-5:]:
            count = len(self._batches[number])
            yield f"batch {number} gave {count} {'row' if count == 1 else 'rows'}"
        if self._query is None:
            yield "not running"
            return
        progress = self._query.lastProgress
        for source in progress["sources"] if progress is not None else ():
            yield f"{source['description']} read to offset {source['endOffset']}"
        yield "running" if self._query.isActive else "ended"


def _starts_itself(script: list[Action]) -> bool:
    for action in script:
        if isinstance(action, StartStream):
            return True
        if action.needs_query:
            return False
    return not script


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__


def _is(error: BaseException, wanted: type[BaseException] | str) -> bool:
    if isinstance(wanted, type):
        return isinstance(error, wanted)
    found = error.getCondition() if isinstance(error, PySparkException) else None
    return found is not None and (found == wanted or found.startswith(f"{wanted}."))


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
