"""What a session's settings say to Python functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Settings:
    """As they are when a query begins."""

    zone: str
    #: The most rows of a batch of pandas or Arrow.
    most_rows: int
    is_safe: bool
    by_name: bool
    ints_to_decimals: bool
    ints_as_extension: bool
    any_iterable: bool


def text(key: str, default: str) -> str:
    """A setting of the session at work, or the default where there is none."""
    from caudal.sql.session import SparkSession

    session = SparkSession._active or SparkSession._instantiated
    found: Any = None if session is None else session._native.conf_find(key)
    return default if found is None else str(found)


def flag(key: str, default: str) -> bool:
    """Whether a setting is true."""
    return text(key, default).lower() == "true"


def current() -> Settings:
    """Of the session at work."""
    rows = int(text("spark.sql.execution.arrow.maxRecordsPerBatch", "10000"))
    legacy = "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName"
    pandas = "spark.sql.execution.pythonUDF.pandas."
    iterable = "spark.sql.execution.pythonUDF.mapInBatch.legacy.acceptAnyIterable.enabled"
    return Settings(
        zone=text("spark.sql.session.timeZone", "UTC"),
        most_rows=rows if rows > 0 else 2**31 - 1,
        is_safe=flag("spark.sql.execution.pandas.convertToArrowArraySafely", "true"),
        by_name=flag(legacy, "true"),
        ints_to_decimals=flag(pandas + "intToDecimalCoercionEnabled", "false"),
        ints_as_extension=flag(pandas + "preferIntExtensionDtype", "false"),
        any_iterable=flag(iterable, "false"),
    )
