"""The rows that random expressions are over: ordinary ones, and the ends of every type."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

SCHEMA = """id int, b boolean, t tinyint, s short, i int, l bigint, f float, d double,
    n decimal(10,2), w decimal(38,18), c string, u string, x binary, a date, p timestamp,
    z timestamp_ntz, ai array<int>, ac array<string>, m map<string,int>, y interval year to month,
    v interval day to second"""

UTC = dt.timezone.utc


def _at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


def _ntz(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def rows(extreme: bool) -> list[tuple[Any, ...]]:
    """Rows that most functions take; with `extreme`, those that they are asked to refuse."""
    return ORDINARY + (EXTREME if extreme else [])


# The intervals of years and months have no Python value: they are made of numbers (`made`).
ORDINARY: list[tuple[Any, ...]] = [
    (
        1,
        True,
        3,
        12,
        7,
        40,
        1.5,
        2.25,
        Decimal("3.50"),
        Decimal("2.125"),
        "abc",
        "7",
        b"abc",
        dt.date(2024, 2, 29),
        _at("2024-02-29T12:34:56.789"),
        _ntz("2024-02-29T12:34:56.789"),
        [3, 1, 2],
        ["b", "a"],
        {"k": 1, "j": 2},
        14,
        dt.timedelta(days=1, hours=2),
    ),
    (
        2,
        False,
        -5,
        -30,
        0,
        -9,
        -0.5,
        10.0,
        Decimal("-12.25"),
        Decimal("-0.5"),
        "Straße",
        "-2.5",
        b"\x00\xff",
        dt.date(2021, 3, 28),
        _at("2021-03-28T00:59:59"),
        _ntz("2021-03-28T02:30:00"),
        [],
        ["é", None, ""],
        {},
        -3,
        dt.timedelta(seconds=-1),
    ),
    (
        3,
        None,
        1,
        2,
        5,
        3,
        0.25,
        -4.5,
        Decimal("0.01"),
        Decimal("100"),
        " x Y ",
        "2024-01-31",
        b"",
        dt.date(1999, 12, 31),
        _at("1999-12-31T23:59:59.999999"),
        _ntz("1999-12-31T23:59:59"),
        [None, 5],
        ["x"],
        {"q": None},
        0,
        dt.timedelta(0),
    ),
    (
        4,
        True,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    ),
    (
        5,
        False,
        10,
        100,
        31,
        1000,
        8.0,
        0.1,
        Decimal("99.99"),
        Decimal("3.999999999999999999"),
        "日本語🙂",
        "12h",
        b"\xe6\x97",
        dt.date(2025, 1, 1),
        _at("2025-01-01T00:00:00"),
        _ntz("2025-01-01T00:00:00"),
        [1, 1, 4],
        ["a", "b", "a"],
        {"a": 7},
        1,
        dt.timedelta(days=40),
    ),
]

EXTREME: list[tuple[Any, ...]] = [
    (
        6,
        True,
        127,
        32767,
        2**31 - 1,
        2**63 - 1,
        float("inf"),
        float("nan"),
        Decimal("99999999.99"),
        Decimal("99999999999999.999999999999999999"),
        "",
        "NaN",
        bytes(range(20)),
        dt.date(9999, 12, 31),
        _at("9999-12-30T23:59:59.999999"),
        _ntz("9999-12-31T23:59:59.999999"),
        [2**31 - 1, -(2**31)],
        [""],
        {"": 2**31 - 1},
        1200,
        dt.timedelta(days=36500),
    ),
    (
        7,
        False,
        -128,
        -32768,
        -(2**31),
        -(2**63),
        float("-inf"),
        -0.0,
        Decimal("-99999999.99"),
        Decimal("-99999999999999.999999999999999999"),
        "a\tb\n",
        " 9223372036854775808 ",
        b"\xff" * 3,
        dt.date(1, 1, 1),
        _at("0001-01-02T00:00:00"),
        _ntz("0001-01-01T00:00:00"),
        [0] * 9,
        [None],
        {"é": -1, "e": 0},
        -1200,
        dt.timedelta(days=-36500),
    ),
    (
        8,
        None,
        0,
        0,
        0,
        0,
        float("nan"),
        5e-324,
        Decimal("0.00"),
        Decimal("0"),
        "%_\\",
        "1e400",
        b"0",
        dt.date(1582, 10, 4),
        _at("1582-10-15T00:00:00"),
        _ntz("1969-12-31T23:59:59.000001"),
        [None],
        [],
        {"x": 0},
        12,
        dt.timedelta(microseconds=1),
    ),
    (
        9,
        True,
        -1,
        1,
        2,
        2**53 + 1,
        1.1754944e-38,
        1.7976931348623157e308,
        Decimal("12345.67"),
        Decimal("0.000000000000000001"),
        "A" * 40,
        "0x1F",
        b"\x80abc",
        dt.date(1970, 1, 1),
        _at("1970-01-01T00:00:00"),
        _ntz("1970-01-01T00:00:00"),
        [7],
        ["ß", "ẞ", "i̇"],
        {"a": 1, "b": 2, "c": 3},
        -12,
        dt.timedelta(days=-1, microseconds=-1),
    ),
]


def made(spark: Any, extreme: bool) -> Any:
    """The rows as a frame."""
    number = SCHEMA.replace("y interval year to month", "y int")
    frame = spark.createDataFrame(rows(extreme), number)
    months = "make_ym_interval(0, y) AS y"
    names = [months if name == "y" else name for name in frame.columns]
    return frame.selectExpr(*names)
