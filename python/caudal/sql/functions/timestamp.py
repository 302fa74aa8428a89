"""Moments, intervals, time zones and windows of time.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal import _native
from caudal.sql._convert import column_expr, not_expected
from caudal.sql.column import Column
from caudal.sql.functions._call import (
    ColumnOrName,
    call,
    constant,
    duration,
    given,
    optional,
    timestamp_parts,
)
from caudal.sql.functions.normal import lit

__all__ = [
    "convert_timezone",
    "current_timestamp",
    "current_timezone",
    "date_from_unix_date",
    "from_unixtime",
    "from_utc_timestamp",
    "localtimestamp",
    "make_dt_interval",
    "make_interval",
    "make_timestamp",
    "make_timestamp_ltz",
    "make_timestamp_ntz",
    "make_ym_interval",
    "months_between",
    "now",
    "session_window",
    "timestamp_add",
    "timestamp_diff",
    "timestamp_micros",
    "timestamp_millis",
    "timestamp_nanos",
    "timestamp_seconds",
    "time_bucket",
    "to_timestamp",
    "to_timestamp_ltz",
    "to_timestamp_ntz",
    "to_unix_timestamp",
    "to_utc_timestamp",
    "try_make_interval",
    "try_make_timestamp",
    "try_make_timestamp_ltz",
    "try_make_timestamp_ntz",
    "try_to_timestamp",
    "unix_date",
    "unix_micros",
    "unix_millis",
    "unix_nanos",
    "unix_seconds",
    "unix_timestamp",
    "window",
    "window_time",
]


def convert_timezone(sourceTz: Column | None, targetTz: Column, sourceTs: ColumnOrName) -> Column:
    """A timestamp without a zone in another zone."""
    return call("convert_timezone", sourceTz, targetTz, sourceTs)


def current_timestamp() -> Column:
    """The moment of the query's start."""
    return call("current_timestamp")


def current_timezone() -> Column:
    """The session's time zone."""
    return call("current_timezone")


def date_from_unix_date(days: ColumnOrName) -> Column:
    """The date some days after 1970-01-01."""
    return call("date_from_unix_date", days)


def from_unixtime(timestamp: ColumnOrName, format: str = "yyyy-MM-dd HH:mm:ss") -> Column:
    """Seconds since 1970 as text of a pattern."""
    return call("from_unixtime", timestamp, constant(format))


def from_utc_timestamp(timestamp: ColumnOrName, tz: Column | str) -> Column:
    """A moment in UTC as the clock of a zone shows it."""
    return call("from_utc_timestamp", timestamp, constant(tz))


def localtimestamp() -> Column:
    """The session's clock at the query's start, without a zone."""
    return call("localtimestamp")


def make_dt_interval(
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
) -> Column:
    """An interval from days, hours, minutes and seconds."""
    parts = (days, hours, mins, secs)
    return call("make_dt_interval", *(lit(0) if part is None else part for part in parts))


def make_interval(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    weeks: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
) -> Column:
    """A calendar interval from its parts."""
    parts = (years, months, weeks, days, hours, mins, secs)
    return call("make_interval", *(lit(0) if part is None else part for part in parts))


def make_timestamp(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
    timezone: ColumnOrName | None = None,
    date: ColumnOrName | None = None,
    time: ColumnOrName | None = None,
) -> Column:
    """A moment from its parts, or from a date and a time of day."""
    parts = timestamp_parts((years, months, days, hours, mins, secs), (date, time))
    return call("make_timestamp", *parts, *given(timezone))


def make_timestamp_ltz(
    years: ColumnOrName,
    months: ColumnOrName,
    days: ColumnOrName,
    hours: ColumnOrName,
    mins: ColumnOrName,
    secs: ColumnOrName,
    timezone: ColumnOrName | None = None,
) -> Column:
    """A moment from its parts."""
    return call("make_timestamp_ltz", years, months, days, hours, mins, secs, *given(timezone))


def make_timestamp_ntz(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
    date: ColumnOrName | None = None,
    time: ColumnOrName | None = None,
) -> Column:
    """A timestamp without a zone from its parts, or from a date and a time of day."""
    parts = timestamp_parts((years, months, days, hours, mins, secs), (date, time))
    return call("make_timestamp_ntz", *parts)


def make_ym_interval(
    years: ColumnOrName | None = None, months: ColumnOrName | None = None
) -> Column:
    """An interval from years and months."""
    parts = (years, months)
    return call("make_ym_interval", *(lit(0) if part is None else part for part in parts))


def months_between(date1: ColumnOrName, date2: ColumnOrName, roundOff: bool = True) -> Column:
    """The months from `date2` to `date1`, with a fraction."""
    return call("months_between", date1, date2, constant(roundOff))


def now() -> Column:
    """The moment of the query's start."""
    return call("now")


def session_window(timeColumn: ColumnOrName, gapDuration: Column | str) -> Column:
    """The session into which a moment falls: it ends when nothing came for `gapDuration`.

    Parameters
    ----------
    timeColumn
        A column of timestamps.
    gapDuration
        An interval as text, or a column of intervals.
    """
    timeColumn = Column(column_expr(timeColumn))
    if not isinstance(gapDuration, (str, Column)):
        not_expected("gapDuration", "Column or str", gapDuration)
    return call("session_window", timeColumn, lit(gapDuration))


def timestamp_add(unit: str, quantity: ColumnOrName, ts: ColumnOrName) -> Column:
    """A moment some units later."""
    return call("timestampadd", constant(unit), quantity, ts)


def timestamp_diff(unit: str, start: ColumnOrName, end: ColumnOrName) -> Column:
    """The units from `start` to `end`."""
    return call("timestampdiff", constant(unit), start, end)


def timestamp_micros(col: ColumnOrName) -> Column:
    """The moment some microseconds after 1970."""
    return call("timestamp_micros", col)


def timestamp_millis(col: ColumnOrName) -> Column:
    """The moment some milliseconds after 1970."""
    return call("timestamp_millis", col)


def timestamp_nanos(col: ColumnOrName) -> Column:
    """The moment some nanoseconds after 1970."""
    return call("timestamp_nanos", col)


def timestamp_seconds(col: ColumnOrName) -> Column:
    """The moment some seconds after 1970."""
    return call("timestamp_seconds", col)


def time_bucket(bucket_size: Column, ts: ColumnOrName, origin: Column | None = None) -> Column:
    """The start of the bucket into which a time falls."""
    return call("time_bucket", bucket_size, ts, *given(origin))


def to_timestamp(col: ColumnOrName, format: str | None = None) -> Column:
    """The moment of a text, by a pattern where one is given."""
    return call("to_timestamp", col, *given(optional(format)))


def to_timestamp_ltz(timestamp: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The moment of a text, in the session's zone."""
    return call("to_timestamp_ltz", timestamp, *given(format))


def to_timestamp_ntz(timestamp: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The timestamp without a zone of a text."""
    return call("to_timestamp_ntz", timestamp, *given(format))


def to_unix_timestamp(timestamp: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The seconds since 1970 of a text or moment."""
    return call("to_unix_timestamp", timestamp, *given(format))


def to_utc_timestamp(timestamp: ColumnOrName, tz: Column | str) -> Column:
    """A moment on the clock of a zone as UTC."""
    return call("to_utc_timestamp", timestamp, constant(tz))


def try_make_interval(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    weeks: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
) -> Column:
    """A calendar interval from its parts, null on overflow."""
    parts = (years, months, weeks, days, hours, mins, secs)
    return call("try_make_interval", *(lit(0) if part is None else part for part in parts))


def try_make_timestamp(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
    timezone: ColumnOrName | None = None,
    date: ColumnOrName | None = None,
    time: ColumnOrName | None = None,
) -> Column:
    """A moment from its parts, null where they are none."""
    parts = timestamp_parts((years, months, days, hours, mins, secs), (date, time))
    return call("try_make_timestamp", *parts, *given(timezone))


def try_make_timestamp_ltz(
    years: ColumnOrName,
    months: ColumnOrName,
    days: ColumnOrName,
    hours: ColumnOrName,
    mins: ColumnOrName,
    secs: ColumnOrName,
    timezone: ColumnOrName | None = None,
) -> Column:
    """A moment from its parts, null where they are none."""
    return call("try_make_timestamp_ltz", years, months, days, hours, mins, secs, *given(timezone))


def try_make_timestamp_ntz(
    years: ColumnOrName | None = None,
    months: ColumnOrName | None = None,
    days: ColumnOrName | None = None,
    hours: ColumnOrName | None = None,
    mins: ColumnOrName | None = None,
    secs: ColumnOrName | None = None,
    date: ColumnOrName | None = None,
    time: ColumnOrName | None = None,
) -> Column:
    """A timestamp without a zone from its parts, null where they are none."""
    parts = timestamp_parts((years, months, days, hours, mins, secs), (date, time))
    return call("try_make_timestamp_ntz", *parts)


def try_to_timestamp(col: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The moment of a text, null where it is none."""
    return call("try_to_timestamp", col, *given(format))


def unix_date(col: ColumnOrName) -> Column:
    """The days since 1970-01-01."""
    return call("unix_date", col)


def unix_micros(col: ColumnOrName) -> Column:
    """The microseconds since 1970."""
    return call("unix_micros", col)


def unix_millis(col: ColumnOrName) -> Column:
    """The milliseconds since 1970."""
    return call("unix_millis", col)


def unix_nanos(col: ColumnOrName) -> Column:
    """The nanoseconds since 1970."""
    return call("unix_nanos", col)


def unix_seconds(col: ColumnOrName) -> Column:
    """The seconds since 1970."""
    return call("unix_seconds", col)


def unix_timestamp(
    timestamp: ColumnOrName | None = None, format: str = "yyyy-MM-dd HH:mm:ss"
) -> Column:
    """The seconds since 1970 of a text or moment; without arguments of now."""
    if timestamp is None:
        return call("unix_timestamp", call("current_timestamp"))
    return call("unix_timestamp", timestamp, constant(format))


def window(
    timeColumn: ColumnOrName,
    windowDuration: str,
    slideDuration: str | None = None,
    startTime: str | None = None,
) -> Column:
    """The window of time of a moment: a struct of ``start`` and ``end``, named `window`.

    Parameters
    ----------
    timeColumn
        A column of timestamps.
    windowDuration
        The window's length as an interval, for example ``"1 hour"``.
    slideDuration
        How often a window starts; without it windows follow each other. With a slide shorter than
        the length a row falls into several windows.
    startTime
        The offset of the first window from 1970-01-01 00:00 UTC, for example ``"15 minutes"``.

    Raises
    ------
    PySparkTypeError
        ``NOT_EXPECTED_TYPE`` for a duration that is not text.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.window("time", "1 hour", "30 minutes")
    Column<'window(time, '1 hour', '30 minutes', '0 second')'>
    """
    column = column_expr(timeColumn)
    duration("windowDuration", windowDuration)
    if slideDuration is not None:
        duration("slideDuration", slideDuration)
    if startTime is not None:
        duration("startTime", startTime)
    texts = [windowDuration, slideDuration or windowDuration, startTime or "0 second"]
    return Column(_native.Expr.call("window", [column, *(_native.Expr.literal(t) for t in texts)]))


def window_time(windowColumn: ColumnOrName) -> Column:
    """The moment that stands for a window: its end less a microsecond."""
    return call("window_time", windowColumn)
