"""Names of modules: where a class is found by its users, and names that are not there yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NoReturn

from caudal._missing import not_implemented


def not_yet(module: str, names: Iterable[str]) -> Callable[[str], NoReturn]:
    """A module's ``__getattr__``: names of PySpark's raise the error that says "not yet"."""
    known = frozenset(names)

    def missing(name: str) -> NoReturn:
        if name in known:
            not_implemented(f"{module}.{name}")
        raise AttributeError(f"module '{module}' has no attribute '{name}'")

    return missing


def at_home(module: str, *classes: type) -> None:
    """Says of classes that they live in `module`, where PySpark has them and programs import
    them from; the module in which they are written is a detail.

    Examples
    --------
    >>> from caudal.sql.readwriter import DataFrameWriter
    >>> DataFrameWriter.__module__
    'caudal.sql.readwriter'
    """
    for cls in classes:
        cls.__module__ = module
