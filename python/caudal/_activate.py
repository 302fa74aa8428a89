"""``import pyspark`` answered by this package.

A finder on ``sys.meta_path`` gives for ``pyspark.X`` the very module ``caudal.X``, so that
classes are the same by either name; from then on they say that they live in ``pyspark.X``, as
what ``type(df)`` prints shall. It never touches a real pyspark: where one is imported already,
it is an error.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["activate"]

_FROM, _TO = "pyspark", "caudal"


def _own_name(fullname: str) -> str:
    return _TO + fullname[len(_FROM) :]


def _rename_classes(module: ModuleType) -> None:
    """Lets the public classes that a module has say ``pyspark`` where they say ``caudal``.

    Only those that are found under the new name: what is pickled in this process can be read.
    """
    for found in list(vars(module).values()):
        if not isinstance(found, type) or not str(found.__module__).startswith(_TO + "."):
            continue
        path = [part for part in found.__module__.split(".") if not part.startswith("_")]
        owner: Any = sys.modules.get(".".join(path))
        for name in found.__qualname__.split("."):
            owner = getattr(owner, name, None)
        if owner is found:
            found.__module__ = ".".join([_FROM, *path[1:]])


class _AliasLoader:
    """Gives a module that exists already; runs nothing."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(_own_name(spec.name))
        for name, loaded in list(sys.modules.items()):
            if name.startswith(_TO + "."):
                _rename_classes(loaded)
        # The import system writes its own spec into what it is given: keep ours.
        self._kept = (module.__spec__, module.__loader__)
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__, module.__loader__ = self._kept


class _Finder:
    """Answers for ``pyspark`` and all below it. (Not an ``importlib.abc`` class: importing that
    module costs more than this whole package.)"""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname != _FROM and not fullname.startswith(_FROM + "."):
            return None
        own = _own_name(fullname)
        hidden = own.rsplit(".", 1)[-1].startswith("_")
        found = None if hidden else importlib.util.find_spec(own)
        if found is None:
            raise ModuleNotFoundError(
                f"No module named '{fullname}': Caudal does not have {own} yet", name=fullname
            )
        loader: Any = _AliasLoader()
        is_package = found.submodule_search_locations is not None
        return ModuleSpec(fullname, loader, is_package=is_package)


def activate() -> None:
    """Makes ``import pyspark…`` lead to this package, in this process.

    Calling it again changes nothing.

    Raises
    ------
    ImportError
        Where a real pyspark is imported already, or later for a part of PySpark that is not
        there yet; the message names it.

    Examples
    --------
    >>> import caudal
    >>> caudal.activate()
    >>> import pyspark.sql.types, caudal.sql.types
    >>> pyspark.sql.types is caudal.sql.types
    True
    >>> pyspark.sql.DataFrame
    <class 'pyspark.sql.dataframe.DataFrame'>
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    own = sys.modules[_TO]
    if sys.modules.get(_FROM, own) is not own:
        raise ImportError(
            "pyspark is imported already; call caudal.activate() before the first 'import pyspark'",
            name=_FROM,
        )
    sys.meta_path.insert(0, _Finder())
