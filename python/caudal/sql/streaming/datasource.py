"""How much a Python data source may take at once: limits of streams, and ``availableNow``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

__all__ = [
    "ReadAllAvailable",
    "ReadLimit",
    "ReadMaxBytes",
    "ReadMaxFiles",
    "ReadMaxRows",
    "ReadMinRows",
    "SupportsTriggerAvailableNow",
]


class ReadLimit:
    """How much a stream may give to a batch. Only the classes of this module are limits."""


@dataclass
class ReadAllAvailable(ReadLimit):
    """Everything that is there, whatever the source's options say.

    Examples
    --------
    >>> ReadAllAvailable()
    ReadAllAvailable()
    """


@dataclass
class ReadMinRows(ReadLimit):
    """At least so many rows: with fewer the source gives none and waits for more."""

    min_rows: int


@dataclass
class ReadMaxRows(ReadLimit):
    """At most so many rows.

    Examples
    --------
    >>> ReadMaxRows(5).max_rows
    5
    """

    max_rows: int


@dataclass
class ReadMaxFiles(ReadLimit):
    """At most so many files."""

    max_files: int


@dataclass
class ReadMaxBytes(ReadLimit):
    """At most so many bytes."""

    max_bytes: int


class SupportsTriggerAvailableNow(ABC):
    """For a stream reader that keeps ``availableNow`` itself, in several batches.

    A reader without it gives all that is there when the query starts as one batch.
    """

    @abstractmethod
    def prepareForTriggerAvailableNow(self) -> None:
        """Called once before the first batch: from now on ``latestOffset`` (or ``read``) must
        not go past what is there now, and must come to it."""
