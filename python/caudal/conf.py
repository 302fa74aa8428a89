"""`SparkConf`: settings gathered before a session starts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["SparkConf"]

# What every session of this process begins with, beneath what it is given: empty in a
# program, a few settings of hosted notebooks in a notebook (`caudal.notebook.session`).
DEFAULTS: dict[str, str] = {}


class SparkConf:
    """Names and values for a session that is to be made.

    Examples
    --------
    >>> SparkConf().setAppName("lesson").set("spark.sql.shuffle.partitions", 4).getAll()
    [('spark.app.name', 'lesson'), ('spark.sql.shuffle.partitions', '4')]
    """

    def __init__(self, loadDefaults: bool = True, _jvm: Any = None, _jconf: Any = None):
        # No cluster's files, no Java properties: the defaults are those of this process.
        self._values: dict[str, str] = dict(DEFAULTS) if loadDefaults else {}

    def set(self, key: str, value: Any) -> SparkConf:
        """Sets a value as text."""
        self._values[key] = str(value)
        return self

    def setIfMissing(self, key: str, value: Any) -> SparkConf:
        """Sets a value where there is none."""
        self._values.setdefault(key, str(value))
        return self

    def setMaster(self, value: str) -> SparkConf:
        """Where to run: ``local[2]``, ``local[*]``."""
        return self.set("spark.master", value)

    def setAppName(self, value: str) -> SparkConf:
        """The program's name."""
        return self.set("spark.app.name", value)

    def setAll(self, pairs: Iterable[tuple[str, Any]]) -> SparkConf:
        """Sets several values."""
        for key, value in pairs:
            self.set(key, value)
        return self

    def get(self, key: str, defaultValue: str | None = None) -> str | None:
        """The value, or `defaultValue`."""
        return self._values.get(key, defaultValue)

    def getAll(self) -> list[tuple[str, str]]:
        """All names and values."""
        return list(self._values.items())

    def contains(self, key: str) -> bool:
        """Whether a value is set."""
        return key in self._values

    def toDebugString(self) -> str:
        """One line a value, sorted."""
        return "\n".join(f"{key}={value}" for key, value in sorted(self._values.items()))
