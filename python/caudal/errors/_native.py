"""Errors of the compiled core as exceptions of this package."""

from __future__ import annotations

from caudal.errors import _base
from caudal.errors._base import PySparkException, UnknownException


def _from_native(
    class_name: str,
    message: str,
    condition: str | None,
    parameters: dict[str, str] | None,
    sql_state: str | None,
    cause: BaseException | None,
) -> PySparkException:
    """The exception for an error of the core.

    Parameters
    ----------
    class_name
        Name of a class of this package; an unknown one gives ``UnknownException``.
    message
        The whole text, condition and SQLSTATE included, as ``str(error)`` shall show it.
    condition, parameters, sql_state
        What the ``get…`` methods answer; an empty condition counts as none.
    cause
        Becomes ``__cause__``: the error underneath, or the exception of user code.

    Examples
    --------
    >>> error = _from_native("AnalysisException", "[X] no SQLSTATE: 42703", "X", {}, "42703", None)
    >>> type(error).__name__, error.getCondition(), error.getSqlState(), str(error)
    ('AnalysisException', 'X', '42703', '[X] no SQLSTATE: 42703')
    """
    found = getattr(_base, class_name, UnknownException)
    if not (isinstance(found, type) and issubclass(found, PySparkException)):
        found = UnknownException
    error: PySparkException = found(message)
    error._errorClass = condition or None
    error._messageParameters = parameters if condition else None
    error._sql_state = sql_state
    error._full_message = message
    if cause is not None:
        error.__cause__ = cause
    return error


def analysis_error(
    condition: str, text: str, parameters: dict[str, str], sql_state: str
) -> PySparkException:
    """The ``AnalysisException`` of what this package finds before the core does.

    Parameters
    ----------
    condition, parameters, sql_state
        Spark's.
    text
        The message between the condition and the SQLSTATE.

    Examples
    --------
    >>> str(analysis_error("X", "No.", {}, "42000"))
    '[X] No. SQLSTATE: 42000'
    """
    message = f"[{condition}] {text} SQLSTATE: {sql_state}"
    return _from_native("AnalysisException", message, condition, parameters, sql_state, None)
