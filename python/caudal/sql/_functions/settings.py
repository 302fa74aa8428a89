"""What a session's settings say to Python functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from caudal import _native


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


def text(key: str, default: str, session: Any = None) -> str:
    """A setting of a session, or the default where there is none.

    Parameters
    ----------
    session
        Where none is given, that of the query which is being run, or else the active one.
    """
    found = _found(key, session)
    return default if found is None else str(found)


def _found(key: str, session: Any) -> Any:
    from caudal.sql.session import SparkSession

    if session is None:
        is_at_work, found = _native.setting_at_work(key)
        if is_at_work:
            return found
        session = SparkSession._active or SparkSession._instantiated
    return None if session is None else session._native.conf_find(key)


def flag(key: str, default: str, session: Any = None) -> bool:
    """Whether a setting is true; see :func:`text`."""
    return text(key, default, session).lower() == "true"


def current(session: Any = None) -> Settings:
    """All of them; see :func:`text`."""

    rows = int(text("spark.sql.execution.arrow.maxRecordsPerBatch", "10000", session))
    legacy = "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName"
    pandas = "spark.sql.execution.pythonUDF.pandas."
    iterable = "spark.sql.execution.pythonUDF.mapInBatch.legacy.acceptAnyIterable.enabled"
    return Settings(
        zone=text("spark.sql.session.timeZone", "UTC", session),
        most_rows=rows if rows > 0 else 2**31 - 1,
        is_safe=flag("spark.sql.execution.pandas.convertToArrowArraySafely", "true", session),
        by_name=flag(legacy, "true", session),
        ints_to_decimals=flag(pandas + "intToDecimalCoercionEnabled", "false", session),
        ints_as_extension=flag(pandas + "preferIntExtensionDtype", "false", session),
        any_iterable=flag(iterable, "false", session),
    )
