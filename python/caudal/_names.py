"""Names of modules that are not there yet: an error by name instead of a bare one."""

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
