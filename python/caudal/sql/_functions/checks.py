"""What functions must give, and the errors for what they gave instead, as in Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from caudal.errors import PySparkRuntimeError, PySparkTypeError
from caudal.sql.types import DataType, StructType


def wrong_return(expected: str, actual: str) -> PySparkTypeError:
    """For something of another kind."""
    return PySparkTypeError(
        errorClass="UDF_RETURN_TYPE",
        messageParameters={"expected": expected, "actual": actual},
    )


def check_kind(result: Any, kind: type, label: str) -> None:
    """The result is of the class."""
    if not isinstance(result, kind):
        raise wrong_return(label, type(result).__name__)


def iterated(result: Any, kind: type, label: str, any_iterable: bool = False) -> Iterator[Any]:
    """An iterator of values of the class, each checked as it comes."""
    label = f"iterator of {label}"
    if any_iterable and not isinstance(result, Iterator) and hasattr(result, "__iter__"):
        result = iter(result)
    if not isinstance(result, Iterator):
        raise wrong_return(label, type(result).__name__)
    return _checked(result, kind, label)


def _checked(result: Iterator[Any], kind: type, label: str) -> Iterator[Any]:
    for item in result:
        if not isinstance(item, kind):
            raise wrong_return(label, f"iterator of {type(item).__name__}")
        yield item


def check_rows(found: int, wanted: int) -> None:
    """As many rows came out as went in."""
    if found != wanted:
        raise PySparkRuntimeError(
            errorClass="RESULT_ROWS_MISMATCH",
            messageParameters={"output_length": str(found), "input_length": str(wanted)},
        )


def check_columns(found: Sequence[Any], wanted: Sequence[str], by_name: bool) -> None:
    """The columns have these names, or there are as many."""
    if by_name:
        check_names(found, wanted)
    elif len(found) != len(wanted):
        raise PySparkRuntimeError(
            errorClass="RESULT_COLUMN_SCHEMA_MISMATCH",
            messageParameters={"expected": str(len(wanted)), "actual": str(len(found))},
        )


def check_names(found: Sequence[Any], wanted: Sequence[str]) -> None:
    """The names are these, in any order."""
    missing = sorted(set(wanted).difference(found))
    extra = sorted(set(found).difference(wanted))
    if missing or extra:
        raise PySparkRuntimeError(
            errorClass="RESULT_COLUMN_NAMES_MISMATCH",
            messageParameters={
                "missing": f" Missing: {', '.join(missing)}." if missing else "",
                "extra": f" Unexpected: {', '.join(extra)}." if extra else "",
            },
        )


def check_frame(frame: Any, kind: DataType, by_name: bool, is_cut: bool) -> None:
    """A frame has the schema's columns; with `is_cut` there may be more at its end."""
    import pandas

    if not isinstance(kind, StructType):
        check_kind(frame, pandas.Series, "pandas.Series")
        return
    check_kind(frame, pandas.DataFrame, "pandas.DataFrame")
    if frame.empty and len(frame.columns) == 0:
        return
    names = kind.names
    found = list(frame.columns[: len(names)]) if is_cut else list(frame.columns)
    named = by_name and any(isinstance(name, str) for name in frame.columns)
    check_columns(found, names, named)


def types_mismatch(found: Sequence[tuple[str, Any, Any]]) -> PySparkRuntimeError:
    """For columns of other Arrow types: name, wanted, found."""
    shown = ", ".join(f"column '{n}' (expected {w}, actual {f})" for n, w, f in found)
    return PySparkRuntimeError(
        errorClass="RESULT_COLUMN_TYPES_MISMATCH", messageParameters={"mismatch": shown}
    )


def within(results: Iterator[Any], most: Callable[[], int]) -> Iterator[Any]:
    """Results that are not more rows than have gone in so far."""
    rows = 0
    for result in results:
        rows += len(result)
        if rows > most():
            raise PySparkRuntimeError(errorClass="OUTPUT_EXCEEDS_INPUT_ROWS", messageParameters={})
        yield result
    check_rows(rows, most())


def check_consumed(inputs: Iterator[Any]) -> None:
    """The function has taken all that there was."""
    for _ in inputs:
        raise PySparkRuntimeError(errorClass="INPUT_NOT_FULLY_CONSUMED", messageParameters={})
