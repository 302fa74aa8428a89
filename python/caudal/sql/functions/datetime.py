"""Dates, times of day and their parts.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, given, number, optional

__all__ = [
    "add_months",
    "curdate",
    "current_date",
    "current_time",
    "date_add",
    "date_diff",
    "date_format",
    "date_part",
    "date_sub",
    "date_trunc",
    "dateadd",
    "datediff",
    "datepart",
    "day",
    "dayname",
    "dayofmonth",
    "dayofweek",
    "dayofyear",
    "extract",
    "hour",
    "last_day",
    "make_date",
    "make_time",
    "minute",
    "month",
    "monthname",
    "next_day",
    "quarter",
    "second",
    "time_diff",
    "time_from_micros",
    "time_from_millis",
    "time_from_seconds",
    "time_to_micros",
    "time_to_millis",
    "time_to_seconds",
    "time_trunc",
    "to_date",
    "to_time",
    "trunc",
    "try_to_time",
    "try_to_date",
    "weekday",
    "weekofyear",
    "year",
]


def add_months(start: ColumnOrName, months: ColumnOrName | int) -> Column:
    """The date some months later."""
    return call("add_months", start, number(months))


def curdate() -> Column:
    """The date at the query's start."""
    return call("curdate")


def current_date() -> Column:
    """The date at the query's start."""
    return call("current_date")


def current_time(precision: int | None = None) -> Column:
    """The time of day at the query's start."""
    return call("current_time", *given(optional(precision)))


def date_add(start: ColumnOrName, days: ColumnOrName | int) -> Column:
    """The date some days later."""
    return call("date_add", start, number(days))


def date_diff(end: ColumnOrName, start: ColumnOrName) -> Column:
    """The days from `start` to `end`."""
    return call("date_diff", end, start)


def date_format(date: ColumnOrName, format: str) -> Column:
    """A date or moment as text of a pattern."""
    return call("date_format", date, constant(format))


def date_part(field: Column, source: ColumnOrName) -> Column:
    """A part of a date, time or interval."""
    return call("date_part", field, source)


def date_sub(start: ColumnOrName, days: ColumnOrName | int) -> Column:
    """The date some days earlier."""
    return call("date_sub", start, number(days))


def date_trunc(format: str, timestamp: ColumnOrName) -> Column:
    """The moment at the start of its year, month, hour, …."""
    return call("date_trunc", constant(format), timestamp)


def dateadd(start: ColumnOrName, days: ColumnOrName | int) -> Column:
    """The date some days later."""
    return call("dateadd", start, number(days))


def datediff(end: ColumnOrName, start: ColumnOrName) -> Column:
    """The days from `start` to `end`."""
    return call("datediff", end, start)


def datepart(field: Column, source: ColumnOrName) -> Column:
    """A part of a date, time or interval."""
    return call("datepart", field, source)


def day(col: ColumnOrName) -> Column:
    """The day of the month."""
    return call("day", col)


def dayname(col: ColumnOrName) -> Column:
    """The day of the week in three letters."""
    return call("dayname", col)


def dayofmonth(col: ColumnOrName) -> Column:
    """The day of the month."""
    return call("dayofmonth", col)


def dayofweek(col: ColumnOrName) -> Column:
    """The day of the week, 1 for Sunday."""
    return call("dayofweek", col)


def dayofyear(col: ColumnOrName) -> Column:
    """The day of the year."""
    return call("dayofyear", col)


def extract(field: Column, source: ColumnOrName) -> Column:
    """A part of a date, time or interval."""
    return call("extract", field, source)


def hour(col: ColumnOrName) -> Column:
    """The hour."""
    return call("hour", col)


def last_day(date: ColumnOrName) -> Column:
    """The last day of the month."""
    return call("last_day", date)


def make_date(year: ColumnOrName, month: ColumnOrName, day: ColumnOrName) -> Column:
    """A date from year, month and day."""
    return call("make_date", year, month, day)


def make_time(hour: ColumnOrName, minute: ColumnOrName, second: ColumnOrName) -> Column:
    """A time of day from its parts."""
    return call("make_time", hour, minute, second)


def minute(col: ColumnOrName) -> Column:
    """The minute."""
    return call("minute", col)


def month(col: ColumnOrName) -> Column:
    """The month."""
    return call("month", col)


def monthname(col: ColumnOrName) -> Column:
    """The month in three letters."""
    return call("monthname", col)


def next_day(date: ColumnOrName, dayOfWeek: str) -> Column:
    """The first date after `date` on a day of the week."""
    return call("next_day", date, constant(dayOfWeek))


def quarter(col: ColumnOrName) -> Column:
    """The quarter of the year."""
    return call("quarter", col)


def second(col: ColumnOrName) -> Column:
    """The second."""
    return call("second", col)


def time_diff(unit: ColumnOrName, start: ColumnOrName, end: ColumnOrName) -> Column:
    """The units from `start` to `end`."""
    return call("time_diff", unit, start, end)


def time_from_micros(col: ColumnOrName) -> Column:
    """The time of day some microseconds after midnight."""
    return call("time_from_micros", col)


def time_from_millis(col: ColumnOrName) -> Column:
    """The time of day some milliseconds after midnight."""
    return call("time_from_millis", col)


def time_from_seconds(col: ColumnOrName) -> Column:
    """The time of day some seconds after midnight."""
    return call("time_from_seconds", col)


def time_to_micros(col: ColumnOrName) -> Column:
    """The microseconds since midnight."""
    return call("time_to_micros", col)


def time_to_millis(col: ColumnOrName) -> Column:
    """The milliseconds since midnight."""
    return call("time_to_millis", col)


def time_to_seconds(col: ColumnOrName) -> Column:
    """The seconds since midnight."""
    return call("time_to_seconds", col)


def time_trunc(unit: ColumnOrName, time: ColumnOrName) -> Column:
    """The time of day at the start of its hour, minute, …."""
    return call("time_trunc", unit, time)


def to_date(col: ColumnOrName, format: str | None = None) -> Column:
    """The date of a text, by a pattern where one is given."""
    return call("to_date", col, *given(optional(format)))


def to_time(str: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The time of day of a text."""
    return call("to_time", str, *given(format))


def trunc(date: ColumnOrName, format: str) -> Column:
    """The date at the start of its year, quarter, month or week."""
    return call("trunc", date, constant(format))


def try_to_time(str: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The time of day of a text, null where it is none."""
    return call("try_to_time", str, *given(format))


def try_to_date(col: ColumnOrName, format: str | None = None) -> Column:
    """The date of a text, null where it is none."""
    return call("try_to_date", col, *given(optional(format)))


def weekday(col: ColumnOrName) -> Column:
    """The day of the week, 0 for Monday."""
    return call("weekday", col)


def weekofyear(col: ColumnOrName) -> Column:
    """The week of the year."""
    return call("weekofyear", col)


def year(col: ColumnOrName) -> Column:
    """The year."""
    return call("year", col)
