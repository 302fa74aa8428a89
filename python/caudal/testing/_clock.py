"""`ManualClock` and the ways to give it to queries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from caudal import _native

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

# A batch that takes longer than this does not end, for a test.
_PATIENCE = 60.0


class ManualClock:
    """A clock for streaming queries that stands still until a test moves it.

    A query that was started under it (`use_clock`, `session`, ``StartStream(clock=…)``)
    takes the ticks of ``trigger(processingTime=…)``, the time of its batches and its timers
    from it. Its waits are the clock's: nothing sleeps.

    Ticks are at whole multiples of the interval since 1970. The first batch is run at once;
    a batch that is still running at the next tick delays it, the one after comes right when
    it is done, and ticks that were missed meanwhile are skipped: after a move by several
    intervals there is one batch, not several.

    Parameters
    ----------
    start
        Milliseconds since 1970 in UTC, or a ``datetime`` (UTC where it has no zone).

    Examples
    --------
    >>> from datetime import datetime
    >>> from caudal.testing import ManualClock, MemoryStream, use_clock
    >>> clock = ManualClock(datetime(2024, 1, 1, 10, 0, 3))
    >>> numbers = MemoryStream(spark, "int")
    >>> with use_clock(spark, clock):
    ...     query = (numbers.toDF().writeStream.format("memory").queryName("numbers")
    ...         .trigger(processingTime="10 seconds").start())
    >>> _ = clock.advance("1 second"), numbers.addData(1, 2)
    >>> spark.table("numbers").count()
    0
    >>> _ = clock.advance("6 seconds")
    >>> spark.table("numbers").count(), query.lastProgress["timestamp"]
    (2, '2024-01-01T10:00:10.000Z')
    >>> query.stop()
    """

    def __init__(self, start: int | datetime = 0):
        self._native = _native.ManualClock(_micros_at(start))

    def now(self) -> datetime:
        """What time it is, with the zone UTC."""
        return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(
            microseconds=self._native.now_micros()
        )

    def millis(self) -> int:
        """What time it is, in milliseconds since 1970."""
        return self._native.now_micros() // 1000

    def advance(self, by: str | int | timedelta, *, timeout: float = _PATIENCE) -> datetime:
        """Lets time pass, and the queries do what is due.

        Waits before and after the move until every query with ticks waits for a moment that
        is yet to come: batches that had begun end at the old time, those that are due now
        have run when this returns.

        Parameters
        ----------
        by
            An interval as text (``"10 seconds"``), milliseconds, or a ``timedelta``; not
            negative.
        timeout
            Seconds of real time to wait at most for the queries, before and after.

        Returns
        -------
        datetime
            What time it is then.

        Raises
        ------
        ValueError, IllegalArgumentException
            For a negative interval, as a number or as text; the second for months too.
        AnalysisException
            For text that is no interval (``CANNOT_PARSE_INTERVAL``).
        TimeoutError
            When a batch has not ended in time; also when it is called from within one.
        """
        micros = _interval(by)
        self.wait_until_rest(timeout)
        self._native.advance(micros)
        self.wait_until_rest(timeout)
        return self.now()

    def set(self, to: int | datetime, *, timeout: float = _PATIENCE) -> datetime:
        """Sets the time, forward or back; as `advance` does it waits before and after.

        Time that is skipped so has not passed: durations in progress records stay as they
        are.

        Parameters
        ----------
        to
            As `start` of the class.
        """
        self.wait_until_rest(timeout)
        self._native.set(_micros_at(to))
        self.wait_until_rest(timeout)
        return self.now()

    def wait_until_rest(self, timeout: float = _PATIENCE) -> None:
        """Waits until every query with ticks waits for this clock.

        Raises
        ------
        TimeoutError
            After `timeout` seconds of real time.
        """
        if not self._native.wait_until_rest(timeout):
            raise TimeoutError(f"a query has not come to rest within {timeout:g} seconds")

    def __repr__(self) -> str:
        return f"ManualClock({self.now():%Y-%m-%d %H:%M:%S.%f})"


@contextmanager
def use_clock(spark: SparkSession, clock: ManualClock | None) -> Iterator[ManualClock | None]:
    """Queries of the session that start within the block go by `clock`, until their end.

    Parameters
    ----------
    spark
        The session.
    clock
        The clock; None for the machine's own.
    """
    before = clock_of(spark)
    set_clock(spark, clock)
    try:
        yield clock
    finally:
        set_clock(spark, before)


def clock_of(spark: SparkSession) -> ManualClock | None:
    """The clock that a query started now would go by; None for the machine's."""
    return spark._clock


def set_clock(spark: SparkSession, clock: ManualClock | None) -> None:
    """Queries that start from now on go by `clock`."""
    spark._native.set_clock(None if clock is None else clock._native)
    spark._clock = clock


@contextmanager
def session(
    conf: dict[str, Any] | None = None, *, clock: ManualClock | None = None
) -> Iterator[SparkSession]:
    """A session of its own for a test; the program's own one is as before afterwards.

    Within the block it is the session that ``SparkSession.builder.getOrCreate()`` and
    ``SparkSession.active()`` give. At the end its queries are stopped and its views and
    settings are gone with it. It runs on ``local[2]`` in the time zone UTC unless `conf` says
    otherwise, so that a test gives the same on every machine.

    Parameters
    ----------
    conf
        Settings to begin with.
    clock
        A clock for its queries.

    Examples
    --------
    >>> from caudal.testing import session
    >>> with session({"spark.sql.session.timeZone": "Europe/Madrid"}) as spark:
    ...     spark.sql("select cast(timestamp_seconds(0) as string) as t").collect()
    [Row(t='1970-01-01 01:00:00')]
    """
    from caudal.context import SparkContext
    from caudal.sql.session import SparkSession

    before = (
        SparkSession._active,
        SparkSession._instantiated,
        SparkContext._active_spark_context,
    )
    SparkSession._active = SparkSession._instantiated = None
    SparkContext._active_spark_context = None
    try:
        options = {"spark.master": "local[2]", "spark.sql.session.timeZone": "UTC", **(conf or {})}
        spark = SparkSession.builder.appName("test").config(map=options).getOrCreate()
        try:
            set_clock(spark, clock)
            yield spark
        finally:
            spark.stop()
    finally:
        SparkSession._active, SparkSession._instantiated = before[:2]
        SparkContext._active_spark_context = before[2]


def _micros_at(moment: int | datetime) -> int:
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=timezone.utc)
        return (moment - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)
    return moment * 1000


def _interval(by: str | int | timedelta) -> int:
    if isinstance(by, str):
        return _native.interval_micros(by)
    micros = by // timedelta(microseconds=1) if isinstance(by, timedelta) else by * 1000
    if micros < 0:
        raise ValueError(f"a clock does not run backwards: {by!r}; use set()")
    return micros
