"""The exception classes, PySpark's tree of them.

An error is either made here (a condition of the Python layer and its parameters) or
comes from the compiled core with everything filled in (`_from_native`).
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterable
from enum import Enum
from pickle import PicklingError
from typing import Any

from caudal.errors._conditions import SQL_STATES
from caudal.errors._conditions import message as _message_of


class QueryContextType(Enum):
    """Where in a program an error points to."""

    SQL = 0
    DataFrame = 1


class QueryContext(ABC):
    """The part of a query that an error points to."""

    @abstractmethod
    def contextType(self) -> QueryContextType:
        """SQL text or a DataFrame call."""

    @abstractmethod
    def objectType(self) -> str:
        """The kind of object that holds the text, or an empty string."""

    @abstractmethod
    def objectName(self) -> str:
        """The name of that object, or an empty string."""

    @abstractmethod
    def startIndex(self) -> int:
        """First character of the fragment."""

    @abstractmethod
    def stopIndex(self) -> int:
        """Last character of the fragment."""

    @abstractmethod
    def fragment(self) -> str:
        """The text in question."""

    @abstractmethod
    def callSite(self) -> str:
        """File and line of the user's call."""

    @abstractmethod
    def summary(self) -> str:
        """What a message prints of all this."""


class PySparkException(Exception):
    """Base of all errors that this package raises.

    Parameters
    ----------
    message
        The text; without it `errorClass` and `messageParameters` make it.
    errorClass
        The condition's name, for example ``NOT_EXPECTED_TYPE``.
    messageParameters
        Values of the template's places.
    contexts
        Parts of the query that are to blame.

    Examples
    --------
    >>> from caudal.errors import PySparkValueError
    >>> error = PySparkValueError(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "x"})
    >>> str(error)
    '[CANNOT_BE_NONE] Argument `x` cannot be None.'
    """

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: dict[str, str] | None = None,
        contexts: list[QueryContext] | None = None,
    ):
        if message is None:
            message = _message_of(str(errorClass), messageParameters or {})
        # `args` stays what was passed by position, so that `repr` is PySpark's.
        self._message = message
        self._errorClass = errorClass
        self._messageParameters = messageParameters
        self._contexts = [] if contexts is None else contexts
        self._sql_state = SQL_STATES.get((errorClass or "").split(".")[0])
        self._full_message: str | None = None

    def getCondition(self) -> str | None:
        """The condition's name, or None."""
        return self._errorClass

    def getErrorClass(self) -> str | None:
        """The condition's name; the older spelling of :meth:`getCondition`."""
        warnings.warn("Deprecated in 4.0.0, use getCondition instead.", FutureWarning, stacklevel=2)
        return self.getCondition()

    def getMessageParameters(self) -> dict[str, str] | None:
        """The values that fill the message's places, or None."""
        return self._messageParameters

    def getSqlState(self) -> str | None:
        """The five characters of the SQLSTATE, or None."""
        return self._sql_state

    def getMessage(self) -> str:
        """The whole text with the condition's name in front."""
        if self._full_message is not None:
            return self._full_message
        return f"[{self.getCondition()}] {self._message}"

    def getBreakingChangeInfo(self) -> dict[str, Any] | None:
        """How to migrate, for conditions that announce a changed behaviour: none here."""
        return None

    def getQueryContext(self) -> list[QueryContext]:
        """The parts of the query that the error points to."""
        return self._contexts

    def __str__(self) -> str:
        if self._full_message is not None:
            return self._full_message
        return self.getMessage() if self.getCondition() is not None else self._message

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), dict(self.__dict__)))


def _rebuild(cls: type[PySparkException], state: dict[str, Any]) -> PySparkException:
    error = cls(message=state["_message"])
    error.__dict__.update(state)
    return error


class AnalysisException(PySparkException):
    """A query that cannot be resolved: a name, a type, an operation."""


class SessionNotSameException(PySparkException):
    """Frames of different sessions in one operation."""


class TempTableAlreadyExistsException(AnalysisException):
    """A temporary view of that name is there already."""


class ParseException(AnalysisException):
    """SQL text or a DDL string that is not well formed."""


class IllegalArgumentException(PySparkException):
    """An argument or an option whose value is not allowed."""


class ArithmeticException(PySparkException):
    """Overflow or division by zero in ANSI mode."""


class UnsupportedOperationException(PySparkException):
    """An operation that the engine does not do."""


class ArrayIndexOutOfBoundsException(PySparkException):
    """An element outside of an array in ANSI mode."""


class DateTimeException(PySparkException):
    """Text or numbers that are no date or time."""


class NumberFormatException(IllegalArgumentException):
    """Text that is no number."""


class StreamingQueryException(PySparkException):
    """What ended a streaming query."""


class StreamingPythonRunnerInitializationException(PySparkException):
    """User code of a streaming query that could not be started."""


class QueryExecutionException(PySparkException):
    """A query that failed while it ran."""


class PythonException(PySparkException):
    """User code that failed inside a query."""


class SparkRuntimeException(PySparkException):
    """An error of the engine while a query ran."""


class SparkUpgradeException(PySparkException):
    """A result that would differ between versions of Spark."""


class SparkNoSuchElementException(PySparkException):
    """A setting or an element that does not exist."""


class UnknownException(PySparkException):
    """An error of no other class."""


class PySparkValueError(PySparkException, ValueError):
    """A value that is not allowed, found in Python."""


class PySparkTypeError(PySparkException, TypeError):
    """A value of a wrong type, found in Python."""


class PySparkIndexError(PySparkException, IndexError):
    """A position out of range, found in Python."""


class PySparkAttributeError(PySparkException, AttributeError):
    """An attribute that does not exist or may not be used."""


class PySparkRuntimeError(PySparkException, RuntimeError):
    """A state in which the call is not possible."""


class PySparkAssertionError(PySparkException, AssertionError):
    """Frames or schemas that are not equal; `data` has the rows that differ."""

    def __init__(
        self,
        message: str | None = None,
        errorClass: str | None = None,
        messageParameters: dict[str, str] | None = None,
        data: Iterable[Any] | None = None,
    ):
        super().__init__(message, errorClass, messageParameters)
        self.data = data


class PySparkNotImplementedError(PySparkException, NotImplementedError):
    """Something that PySpark has and this package does not have yet."""


class PySparkPicklingError(PySparkException, PicklingError):
    """A value that cannot be pickled."""


class PySparkKeyError(PySparkException, KeyError):
    """A key that does not exist."""


class PySparkImportError(PySparkException, ImportError):
    """A package that is needed and not installed."""


class PickleException(PySparkException):
    """A value that could not be read back from its pickled form."""
