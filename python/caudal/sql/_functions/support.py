"""What the compiled core asks of Python for the functions of a query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from caudal.errors import PySparkRuntimeError
from caudal.sql._functions import settings
from caudal.sql.types import DataType, _create_row, _parse_datatype_json_string

Told = tuple[list[Any], list[tuple[int, str | None]], list[str], str]


def make_row(names: Sequence[str], values: Sequence[Any]) -> Any:
    """A struct as a function sees it."""
    return _create_row(names, values)


def binary_as_bytes() -> bool:
    """Whether a function sees binary values as ``bytes``, else as ``bytearray``."""
    return settings.flag("spark.sql.execution.pyspark.binaryAsBytes", "true")


def type_of(text: str) -> DataType:
    """A type that the core tells as JSON."""
    return _parse_datatype_json_string(text)


def as_pickled(results: list[Any], returns: str) -> list[Any]:
    """Results that are not all of the declared type, as Spark takes them one by one."""
    from caudal.sql._functions.pickled import taker

    take = taker(type_of(returns))
    return [take(value) for value in results]


def current_settings() -> settings.Settings:
    """What the settings of the query that is being planned say to its functions."""
    return settings.current()


def as_arrow(results: list[Any], returns: str, under: settings.Settings) -> Any:
    """The same, as Spark takes them by Arrow: a table of one column."""
    import pyarrow

    from caudal.sql._functions.to_arrow import array_of

    return pyarrow.table([array_of(results, type_of(returns), under)], ["_0"])


def stopped(error: BaseException) -> PySparkRuntimeError:
    """A ``StopIteration`` of the user's."""
    failure = PySparkRuntimeError(
        errorClass="STOP_ITERATION_OCCURRED", messageParameters={"exc": str(error)}
    )
    failure.__cause__ = error
    return failure


def driver(kind: int, told: Sequence[Told]) -> Any:
    """What makes calls of functions of series or of arrays."""
    from caudal.sql._functions.columns import driver_of

    return driver_of(kind, told)
