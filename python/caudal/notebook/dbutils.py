"""``dbutils``: files, secrets, other notebooks, and the values that a notebook is given.

What a hosted notebook has besides (jobs, libraries) raises an error that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from caudal._missing import not_implemented
from caudal.errors import PySparkValueError
from caudal.notebook.files import FileSystem
from caudal.notebook.runs import Runs
from caudal.notebook.secrets import Secrets

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

__all__ = ["DBUtils", "Widgets"]

_NOT_YET = ("credentials", "data", "jobs", "library", "meta", "preview")


class Widgets:
    """``dbutils.widgets``: values by name, each with a default; ``%run`` can give others.

    Examples
    --------
    >>> widgets = Widgets()
    >>> widgets.text("year", "2024", "The year")
    >>> widgets.get("year")
    '2024'
    """

    def __init__(self) -> None:
        self._defaults: dict[str, str] = {}
        self._given: dict[str, str] = {}

    def text(self, name: str, defaultValue: str, label: str | None = None) -> None:
        """A value of any text; `label` is what a page would call it."""
        self._defaults[name] = str(defaultValue)

    def dropdown(
        self, name: str, defaultValue: str, choices: Sequence[str], label: str | None = None
    ) -> None:
        """A value out of `choices`.

        Raises
        ------
        PySparkValueError
            For a default, or a value that was given, that is not one of them.
        """
        for value in (defaultValue, self._given.get(name, defaultValue)):
            if value not in choices:
                raise PySparkValueError(
                    f"{value!r} is not a choice of the widget {name}: {choices}"
                )
        self.text(name, defaultValue, label)

    def combobox(
        self, name: str, defaultValue: str, choices: Sequence[str], label: str | None = None
    ) -> None:
        """A value of any text; `choices` are suggestions."""
        self.text(name, defaultValue, label)

    def multiselect(
        self, name: str, defaultValue: str, choices: Sequence[str], label: str | None = None
    ) -> None:
        """Values out of `choices`, with commas between them."""
        wrong = set(self._given.get(name, defaultValue).split(",")) - set(choices)
        if wrong:
            raise PySparkValueError(f"{wrong} are no choices of the widget {name}: {choices}")
        self.text(name, defaultValue, label)

    def get(self, name: str) -> str:
        """The value.

        Raises
        ------
        PySparkValueError
            Where there is no such widget.
        """
        values = self.getAll()
        if name not in values:
            there = f"there are {', '.join(sorted(values))}" if values else "there is none"
            raise PySparkValueError(f"No input widget named {name} is defined; {there}")
        return values[name]

    def getArgument(self, name: str, defaultValue: str) -> str:
        """The value, or `defaultValue` where there is no such widget."""
        return self.getAll().get(name, defaultValue)

    def getAll(self) -> dict[str, str]:
        """All values by name."""
        return {**self._defaults, **self._given}

    def give(self, values: Mapping[str, str]) -> None:
        """Gives values as ``%run NOTEBOOK $name=value`` does; they go before defaults. Ours."""
        self._given.update(values)

    def help(self) -> None:
        """Prints what there is."""
        print(
            "text(name, defaultValue), dropdown(name, defaultValue, choices), "
            "combobox(name, defaultValue, choices), multiselect(name, defaultValue, choices), "
            "get(name), getArgument(name, defaultValue), getAll(), remove(name), removeAll()"
        )

    def remove(self, name: str) -> None:
        """Forgets a widget."""
        self._defaults.pop(name, None)
        self._given.pop(name, None)

    def removeAll(self) -> None:
        """Forgets all widgets."""
        self._defaults.clear()
        self._given.clear()


class DBUtils:
    """``dbutils``.

    Parameters
    ----------
    session
        Gives the notebook's session.
    notebook
        Runs other notebooks; without it there is none to run.

    Examples
    --------
    >>> dbutils = DBUtils(lambda: spark)
    >>> dbutils.widgets.text("year", "2024")
    >>> dbutils.widgets.getAll()
    {'year': '2024'}
    """

    def __init__(self, session: Callable[[], SparkSession], notebook: Runs | None = None):
        self.fs = FileSystem(session)
        self.secrets = Secrets(session)
        self.widgets = Widgets()
        self.notebook = notebook or Runs()

    def help(self) -> None:
        """Prints what there is."""
        print(
            "dbutils.fs: files (dbutils.fs.help())\n"
            "dbutils.notebook: run another notebook, or end this one\n"
            "dbutils.secrets: values that are not shown\n"
            "dbutils.widgets: values of the notebook"
        )

    def __getattr__(self, name: str) -> NoReturn:
        if name in _NOT_YET:
            not_implemented(f"dbutils.{name}")
        raise AttributeError(f"'DBUtils' object has no attribute '{name}'")
