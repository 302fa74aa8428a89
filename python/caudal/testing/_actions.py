"""The words of a streaming test: what `check_stream` can be told to do.

Each is a value that prints as it was written, so that a failure can show the whole test.
What they do is in `_stream_test`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from caudal.sql.streaming.query import StreamingQuery
    from caudal.testing._clock import ManualClock
    from caudal.testing._memory_stream import MemoryStream


class Action:
    """One step of a streaming test."""

    #: Whether the query must run for it: then it is started where the test does not.
    needs_query = True


def _call(action: Action, *arguments: str, **named: Any) -> str:
    given = [*arguments, *(f"{name}={value!r}" for name, value in named.items() if value)]
    return f"{type(action).__name__}({', '.join(given)})"


class AddData(Action):
    """Adds rows to a `MemoryStream`, as one block.

    Two of these in a row may end in one batch or in two; check the answer between them, or
    let a `ManualClock` say when batches run.

    Parameters
    ----------
    stream
        The stream.
    rows
        As in `MemoryStream.addData`.

    Examples
    --------
    >>> from caudal.testing import AddData, MemoryStream
    >>> AddData(MemoryStream(spark, "id INT, name STRING"), (1, "a"), (2, "b"))
    AddData(MemoryStream[id, name], (1, 'a'), (2, 'b'))
    """

    needs_query = False

    def __init__(self, stream: MemoryStream, *rows: Any):
        self.stream = stream
        self.rows = rows

    def __repr__(self) -> str:
        columns = ", ".join(self.stream.schema.names)
        return _call(self, f"MemoryStream[{columns}]", *map(repr, self.rows))


class _Check(Action):
    def __init__(self, *rows: Any, ordered: bool = False):
        self.rows = list(rows[0]) if len(rows) == 1 and isinstance(rows[0], list) else list(rows)
        self.ordered = ordered

    def __repr__(self) -> str:
        return _call(self, *map(repr, self.rows), ordered=self.ordered)


class CheckAnswer(_Check):
    """Processes what is there and compares all rows that the query has given so far.

    In complete mode that is the last result. None given: there must be no rows.

    Parameters
    ----------
    rows
        Tuples, `Row`, dictionaries by column, or the bare values of a single column; or a
        list of them. ISO text stands for a date or timestamp. Numbers with a fraction are
        compared with the tolerance of `assertDataFrameEqual`.
    ordered
        The order counts. Else rows are compared as a bag: how often each is there counts.
    """


class CheckNewAnswer(_Check):
    """As `CheckAnswer`, with the rows of the batches since the last check of any kind."""


class CheckLastBatch(_Check):
    """As `CheckAnswer`, with the rows of the last batch only, which may have given none."""


@dataclass(frozen=True, repr=False)
class ProcessAllAvailable(Action):
    """Waits until everything that is there has gone through.

    Under a `ManualClock` a query with ticks is not made to look: then this waits until it
    rests.
    """

    def __repr__(self) -> str:
        return _call(self)


@dataclass(frozen=True, repr=False)
class AdvanceManualClock(Action):
    """Moves the clock of the query, and waits for the batches that are due then.

    Parameters
    ----------
    by
        As in `ManualClock.advance`.
    """

    by: str | int | timedelta

    def __repr__(self) -> str:
        return _call(self, repr(self.by))


@dataclass(frozen=True, repr=False)
class StopStream(Action):
    """Stops the query; a later `StartStream` goes on from its checkpoint."""

    def __repr__(self) -> str:
        return _call(self)


@dataclass(frozen=True, repr=False)
class StartStream(Action):
    """Starts the query, or starts it again from its checkpoint.

    A test without one starts with ``StartStream()``.

    Parameters
    ----------
    trigger
        An interval (``"10 seconds"``), ``"once"`` or ``"availableNow"``; batches as soon as
        there is data without it.
    clock
        What the query goes by; without it the clock of the test or session.
    options
        Options of the writer.
    """

    trigger: str | None = None
    clock: ManualClock | None = None
    options: dict[str, Any] = field(default_factory=dict)

    needs_query = False

    def __repr__(self) -> str:
        return _call(self, trigger=self.trigger, clock=self.clock, options=self.options)


@dataclass(frozen=True, repr=False)
class ExpectFailure(Action):
    """Waits for the query to fail, or takes the failure of its start.

    Parameters
    ----------
    error
        A class of exception or the name of an error condition (``"DIVIDE_BY_ZERO"``), which
        the failure or one of its causes must have.
    match
        Text that the message must contain.
    """

    error: type[BaseException] | str
    match: str | None = None

    needs_query = False

    def __repr__(self) -> str:
        shown = self.error.__name__ if isinstance(self.error, type) else repr(self.error)
        return _call(self, shown, match=self.match)


class AssertOnQuery(Action):
    """Processes what is there and calls a function with the query, which must not be false.

    Parameters
    ----------
    check
        Called with the `StreamingQuery`; what it raises fails the test too.
    message
        What it checks, for the failure's text.
    """

    def __init__(self, check: Callable[[StreamingQuery], Any], message: str = ""):
        self.check = check
        self.message = message

    def __repr__(self) -> str:
        return _call(self, repr(self.message or getattr(self.check, "__name__", "check")))
