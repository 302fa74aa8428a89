"""`assertDataFrameEqual`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from caudal.errors import PySparkAssertionError
from caudal.sql import functions as F
from caudal.sql.dataframe import DataFrame
from caudal.sql.types import Row
from caudal.testing._schemas import assertSchemaEqual


def assertDataFrameEqual(
    actual: Any,
    expected: Any,
    checkRowOrder: bool = False,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    ignoreNullable: bool = True,
    ignoreColumnOrder: bool = False,
    ignoreColumnName: bool = False,
    ignoreColumnType: bool = False,
    maxErrors: int | None = None,
    showOnlyDiff: bool = False,
    includeDiffRows: bool = False,
) -> bool | None:
    """Raises unless two frames, or a frame and a list of rows, are equal.

    Parameters
    ----------
    actual, expected
        Frames or lists of `Row`; schemas count where both are frames.
    checkRowOrder
        The order of the rows counts.
    rtol, atol
        Numbers are equal when ``abs(a - b) <= atol + rtol * abs(b)``.
    ignoreNullable, ignoreColumnOrder, ignoreColumnName
        As in `assertSchemaEqual`.
    ignoreColumnType
        Values are compared as text; whole numbers without ``.0``.
    maxErrors
        Stop after so many rows that differ.
    showOnlyDiff
        Leave the rows that are equal out of the message.
    includeDiffRows
        Put the pairs that differ into the error's `data`.

    Raises
    ------
    PySparkAssertionError
        ``DIFFERENT_ROWS`` or ``DIFFERENT_SCHEMA``; ``INVALID_TYPE_DF_EQUALITY_ARG`` for
        another kind of argument.

    Examples
    --------
    >>> from caudal.sql import Row
    >>> assertDataFrameEqual([Row(n=1.0)], [Row(n=1.0000001)])
    """
    __tracebackhide__ = True
    if actual is None and expected is None:
        return True
    _require_frame("actual", actual)
    _require_frame("expected", expected)
    if ignoreColumnOrder:
        actual, expected = (f.select(*sorted(f.columns)) for f in (actual, expected))
    if ignoreColumnName:
        actual, expected = (
            f.toDF(*(str(i) for i in range(len(f.columns)))) for f in (actual, expected)
        )
    if ignoreColumnType:
        actual, expected = _as_text(actual), _as_text(expected)
    if isinstance(actual, DataFrame) and isinstance(expected, DataFrame):
        assertSchemaEqual(actual.schema, expected.schema, ignoreNullable)
    left, right = _rows(actual), _rows(expected)
    if not checkRowOrder:
        left, right = sorted(left, key=str), sorted(right, key=str)
    close = Close(rtol, atol)
    in_order = checkRowOrder or len(left) == len(right)
    pairs = list(zip_longest(left, right)) if in_order else _aligned(left, right, close)
    total = max(len(left), len(right))
    _report(pairs, close, total, in_order, maxErrors, showOnlyDiff, includeDiffRows)
    return None


def _require_frame(name: str, value: Any) -> None:
    if not isinstance(value, (DataFrame, list)):
        raise PySparkAssertionError(
            errorClass="INVALID_TYPE_DF_EQUALITY_ARG",
            messageParameters={
                "expected_type": "Union[DataFrame, ps.DataFrame, List[Row]]",
                "arg_name": name,
                "actual_type": str(None if value is None else type(value)),
            },
        )


def _as_text(frame: DataFrame) -> DataFrame:
    """Every column as text, a whole number without what is behind its point."""
    for name in frame.columns:
        value = F.col(name)
        whole = value.cast("float").isNotNull() & (value.cast("float") == value.cast("int"))
        text = F.when(whole, value.cast("int").cast("string")).otherwise(value.cast("string"))
        frame = frame.withColumn(name, text)
    return frame


def _rows(frame: Any) -> list[Any]:
    if isinstance(frame, list):
        return frame
    if frame.isStreaming:
        raise PySparkAssertionError(
            errorClass="UNSUPPORTED_OPERATION",
            messageParameters={"operation": "assertDataFrameEqual on streaming DataFrame"},
        )
    rows: list[Any] = frame.collect()
    return rows


@dataclass(frozen=True)
class Close:
    """Equality of values with a tolerance for numbers."""

    rtol: float
    atol: float

    def equal(self, a: Any, b: Any) -> bool:
        if isinstance(a, Row) and isinstance(b, Row):
            return all(self.equal(x, y) for x, y in zip(a, b, strict=False))
        if isinstance(a, list) and isinstance(b, list):
            return len(a) == len(b) and all(map(self.equal, a, b))
        if isinstance(a, dict) and isinstance(b, dict):
            return a.keys() == b.keys() and all(self.equal(a[k], b[k]) for k in a)
        if isinstance(a, float) and isinstance(b, float):
            # Not "greater than": a NaN on one side compares false and counts as equal there.
            return not abs(a - b) > self.atol + self.rtol * abs(b)
        if isinstance(a, Decimal) and isinstance(b, Decimal):
            return abs(a - b) <= Decimal(self.atol) + Decimal(self.rtol) * abs(b)
        return bool(a == b)


def _aligned(left: list[Any], right: list[Any], close: Close) -> list[tuple[Any, Any]]:
    """Pairs of two sorted lists of different lengths: equal rows together, the others alone."""
    pairs: list[tuple[Any, Any]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        a, b = left[i], right[j]
        first = close.equal(a, b) or str(a) <= str(b)
        second = close.equal(a, b) or str(b) <= str(a)
        pairs.append((a if first else None, b if second else None))
        i, j = i + first, j + second
    pairs += [(a, None) for a in left[i:]]
    return pairs + [(None, b) for b in right[j:]]


def _report(
    pairs: list[tuple[Any, Any]],
    close: Close,
    total: int,
    in_order: bool,
    max_errors: int | None,
    only_diff: bool,
    include_rows: bool,
) -> None:
    differing: list[tuple[Any, Any]] = []
    shown: tuple[list[str], list[str]] = ([], [])
    for pair in pairs:
        equal = close.equal(*pair)
        if not equal:
            differing.append(pair)
        if not equal or not only_diff:
            for side, row in zip(shown, pair, strict=True):
                # In order, a row that is not there is shown as None.
                if row is not None or in_order:
                    side += str(row).splitlines()
        if max_errors is not None and len(differing) >= max_errors:
            break
    if not differing:
        return
    percent = len(differing) / total * 100 if total else 0.0
    lines = [f"Results do not match: ( {percent:.5f} % )", *_marked(*shown, total)]
    raise PySparkAssertionError(
        errorClass="DIFFERENT_ROWS",
        messageParameters={"error_msg": "\n".join(lines)},
        data=differing if include_rows else None,
    )


_MARKS = {"insert": "+ ", "delete": "- ", "replace": "! ", "equal": "  "}


def _marked(actual: list[str], expected: list[str], around: int) -> Iterator[str]:
    """Both sides as PySpark prints them: a side without a change of its own stays empty,
    and a line is marked by what the comparison of the texts says, not of the rows."""
    for group in SequenceMatcher(None, actual, expected).get_grouped_opcodes(around):
        kinds = {kind for kind, *_ in group}
        yield "*** actual ***"
        if kinds & {"replace", "delete"}:
            for kind, start, end, _, _ in group:
                yield from (_MARKS[kind] + line for line in actual[start:end])
        yield "\n"
        yield "*** expected ***"
        if kinds & {"replace", "insert"}:
            for kind, _, _, start, end in group:
                yield from (_MARKS[kind] + line for line in expected[start:end])
