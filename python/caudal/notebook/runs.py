"""``dbutils.notebook``: running another notebook apart from this one, and ending one.

The other notebook has variables of its own and a session of its own on the same engine; global
temporary views and tables are what both see. Its outputs appear in the cell that runs it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import types
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from caudal._missing import not_implemented
from caudal.errors import PySparkRuntimeError, PySparkTypeError, PySparkValueError
from caudal.notebook.sources import find_notebook, read
from caudal.sql.session import SparkSession

__all__ = ["NotebookExit", "Runs", "folders"]

_FOLDERS = "_caudal_folders"


def folders(shell: Any) -> list[Path]:
    """The folders of the notebooks that run in a shell: its own, then of those that it runs."""
    found: list[Path] | None = getattr(shell, _FOLDERS, None)
    if found is None:
        found = [Path()]
        setattr(shell, _FOLDERS, found)
    return found


class NotebookExit(Exception):
    """The end of a notebook, as `Runs.exit` asks for it; its text is the notebook's value."""


class Runs:
    """``dbutils.notebook``.

    Parameters
    ----------
    shell
        IPython's shell, or None where there is none.
    variables
        Makes the variables that a notebook begins with, given its arguments.
    """

    def __init__(
        self,
        shell: Any = None,
        variables: Callable[[Mapping[str, str]], dict[str, Any]] = lambda _: {},
    ):
        self._shell = shell
        self._variables = variables

    def exit(self, value: str) -> None:
        """Ends the notebook; what runs it is given `value`.

        The cell ends here, and the cells that wait behind it do not run.

        Raises
        ------
        NotebookExit
            Always: that is how the cell ends.
        """
        raise NotebookExit(str(value))

    def run(
        self, path: str, timeout_seconds: float = 0, arguments: Mapping[str, str] | None = None
    ) -> str:
        """Runs another notebook, and gives what it passes to `exit` (``""`` without it).

        Parameters
        ----------
        path
            The notebook, relative to this one's folder; ``.ipynb``, ``.py`` and ``.sql`` need
            not be said.
        timeout_seconds
            How long it may take; 0 for no limit.
        arguments
            Values of its ``dbutils.widgets``.

        Raises
        ------
        PySparkRuntimeError
            Where one of its cells fails, which is the cause, or the time is over.
        PySparkValueError
            Where there is no such notebook.
        """
        if self._shell is None:
            not_implemented("dbutils.notebook.run outside of a notebook")
        given = dict(arguments or {})
        wrong = [name for name, value in given.items() if not isinstance(value, str)]
        if wrong:
            raise PySparkTypeError(f"dbutils.notebook.run: {wrong[0]!r} is not given as text")
        if timeout_seconds < 0:
            raise PySparkValueError(f"a time of {timeout_seconds} seconds")
        stack = folders(self._shell)
        file = find_notebook(path, stack[-1])
        stack.append(file.parent)
        try:
            with _apart(self._shell, self._variables(given)), _limited(timeout_seconds) as limit:
                return self._cells(file, limit)
        finally:
            stack.pop()

    def _cells(self, file: Path, limit: _Limit) -> str:
        for number, text in enumerate(read(file).code, start=1):
            result = self._shell.run_cell(text)
            error = result.error_before_exec or result.error_in_exec
            if isinstance(error, NotebookExit):
                return str(error)
            if limit.is_over:
                raise PySparkRuntimeError(f"{file.name}: not done within {limit.seconds} seconds")
            if isinstance(error, KeyboardInterrupt):
                raise error
            if error is not None:
                raise PySparkRuntimeError(
                    f"{file.name}: code cell {number} failed: {error}"
                ) from error
        return ""

    def help(self) -> None:
        """Prints what there is."""
        print("run(path, timeout_seconds, arguments), exit(value)")


@contextlib.contextmanager
def _apart(shell: Any, variables: dict[str, Any]) -> Iterator[None]:
    """The shell with variables of another notebook, and back."""
    module, namespace, hidden = shell.user_module, shell.user_ns, dict(shell.user_ns_hidden)
    session = SparkSession._active
    main = sys.modules.get("__main__")
    shell.user_module = types.ModuleType("__main__")
    shell.user_ns = shell.user_module.__dict__
    # What a function or a class of the notebook calls its module.
    sys.modules["__main__"] = shell.user_module
    try:
        SparkSession._active = variables.get("spark", session)
        shell.init_user_ns()
        shell.push(variables, interactive=False)
        yield
    finally:
        SparkSession._active = session
        shell.user_module, shell.user_ns = module, namespace
        shell.user_ns_hidden.clear()
        shell.user_ns_hidden.update(hidden)
        if main is not None:
            sys.modules["__main__"] = main


class _Limit:
    """Whether the time is over."""

    def __init__(self, seconds: float):
        self.seconds = seconds
        self.is_over = False

    def interrupt(self) -> None:
        """Ends what the notebook does now, as the stop button would."""
        self.is_over = True
        if hasattr(signal, "pthread_kill"):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        else:
            os.kill(os.getpid(), signal.CTRL_C_EVENT)  # type: ignore[attr-defined]


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[_Limit]:
    limit = _Limit(seconds)
    timer = threading.Timer(seconds, limit.interrupt) if seconds else None
    try:
        if timer is not None:
            timer.daemon = True
            timer.start()
        yield limit
    finally:
        if timer is not None:
            timer.cancel()
