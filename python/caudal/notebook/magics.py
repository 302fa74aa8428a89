"""The magics of hosted notebooks: ``%sql``, ``%fs``, ``%md``, ``%sh``, ``%run`` and the rest.

Those of a whole cell arrive as cell magics (`caudal.notebook.cells`). What a magic does with its
text is in `sql`, `files`, `sources`; here is what IPython must know of it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import (
    Magics,
    cell_magic,
    line_cell_magic,
    line_magic,
    magics_class,
    no_var_expand,
)

from caudal.notebook import errors
from caudal.notebook import sql as text_of_sql
from caudal.notebook.dbutils import DBUtils
from caudal.notebook.files import FileSystem, command
from caudal.notebook.output import show_frame, show_markdown
from caudal.notebook.runs import NotebookExit, folders
from caudal.notebook.session import current
from caudal.notebook.sources import find_notebook, read
from caudal.sql.dataframe import DataFrame

__all__ = ["HostedMagics"]


@magics_class
class HostedMagics(Magics):
    """The magics; one object a shell."""

    shell: Any

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self._folders = folders(shell)
        # What ours stand before.
        self._ipythons = dict(shell.magics_manager.magics["line"])

    @no_var_expand
    @line_cell_magic
    def sql(self, line: str, cell: str | None = None) -> DataFrame | None:
        """Runs SQL and shows the rows; the last frame is ``_sqldf``.

        ``{name}`` is the notebook's variable as a parameter, ``:name`` a widget's value;
        semicolons part statements. As
        ``frame = %sql select …`` it shows nothing and gives the frame.
        """
        text = line if cell is None else f"{line}\n{cell}"
        found = text_of_sql.statements(text)
        if not found:
            raise UsageError("%sql: there is no statement in the cell")
        variables = self.shell.user_ns
        dbutils = variables.get("dbutils")
        widgets = dbutils.widgets.getAll() if isinstance(dbutils, DBUtils) else {}
        for number, written in enumerate(found):
            self._tell_of_quoted(written)
            session = current(variables)
            statement = text_of_sql.with_last(session, written, variables)
            frame = text_of_sql.run(session, statement, variables, widgets)
            variables["_sqldf"] = frame
            if cell is not None and number == len(found) - 1:
                show_frame(frame)
        return None if cell is not None else frame

    def _tell_of_quoted(self, statement: text_of_sql.Statement) -> None:
        for name in statement.quoted:
            if name in self.shell.user_ns:
                print(
                    f"%sql: '{{{name}}}' within quotes is text; write {{{name}}} without quotes "
                    f"for the value of {name}",
                    file=sys.stderr,
                )

    @no_var_expand
    @line_cell_magic
    def fs(self, line: str, cell: str | None = None) -> None:
        """Looks at files and changes those in mounted folders, one command a line: ``ls``,
        ``head``, ``cp [-r]``, ``mv [-r]``, ``rm [-r]``, ``mkdirs``, ``put``, ``mounts``."""
        lines = [text.strip() for text in f"{line}\n{cell or ''}".splitlines()]
        session = current(self.shell.user_ns)
        for text in lines:
            if text and not text.startswith("#"):
                shown = command(FileSystem(lambda: session), shlex.split(text))
                if isinstance(shown, str):
                    print(shown)
                else:
                    show_frame(session.createDataFrame(*shown))

    @no_var_expand
    @line_cell_magic
    def md(self, line: str, cell: str | None = None) -> None:
        """Shows the cell as Markdown."""
        show_markdown(f"{line}\n{cell or ''}".strip("\n"))

    @no_var_expand
    @cell_magic
    def md_sandbox(self, line: str, cell: str) -> None:
        """Shows the cell as Markdown; its HTML and scripts are the notebook's, as in ``%md``."""
        show_markdown(f"{line}\n{cell}".strip("\n"))

    @no_var_expand
    @line_cell_magic
    def sh(self, line: str, cell: str | None = None) -> None:
        """Runs the cell with ``sh``; its output is the cell's. A command that fails is named;
        with ``-e`` in the first line it also fails the cell."""
        text = f"{line}\n{cell or ''}".strip("\n")
        is_strict = text.split(None, 1)[:1] == ["-e"]
        text = text.lstrip()[2:] if is_strict else text
        status = _in_shell(text)
        if status:
            print(f"%sh: exit status {status}", file=sys.stderr)
            if is_strict:
                raise UsageError(f"%sh -e: exit status {status}")

    @no_var_expand
    @line_magic
    def run_notebook(self, line: str) -> None:
        """Runs another notebook, ``%run ./setup``: its variables are this one's afterwards.

        The path is relative to this notebook's folder; ``.ipynb``, ``.py`` and ``.sql`` need not
        be said. ``%run`` with IPython's options is IPython's.
        """
        words = shlex.split(line, comments=True)
        if not words:
            raise UsageError("%run: name a notebook, for example %run ./setup")
        if any(word.startswith("-") for word in words):
            self.shell.run_line_magic("run", shlex.join(words))
            return
        path = find_notebook(words[0], self._folders[-1])
        source = read(path)
        if source.form == "Python":
            # A program rather than a notebook: what follows it is its own arguments.
            self.shell.run_line_magic("run", shlex.join(["-i", str(path), *words[1:]]))
            return
        self.shell.user_ns["dbutils"].widgets.give(_arguments(words[1:]))
        self._folders.append(path.parent)
        try:
            self._run_cells(path, source.code)
        finally:
            self._folders.pop()

    def _run_cells(self, path: Path, code: Sequence[str]) -> None:
        for number, text in enumerate(code, start=1):
            result = self.shell.run_cell(text)
            if isinstance(result.error_in_exec, NotebookExit):
                raise result.error_in_exec
            if not result.success:
                raise UsageError(f"%run {path.name}: code cell {number} failed, see above")

    @no_var_expand
    @cell_magic
    def scala(self, line: str, cell: str) -> None:
        """Scala needs a JVM: always an error."""
        raise UsageError("%scala: there is no JVM here, and so no Scala; the cell did not run")

    @no_var_expand
    @cell_magic
    def r(self, line: str, cell: str) -> None:
        """R is not part of Caudal: always an error."""
        raise UsageError("%r: Caudal runs Python and SQL; the cell did not run")

    @line_magic
    def load_ext(self, line: str) -> None:
        """IPython's; only that Caudal, which the kernel has loaded, is nothing to speak of."""
        if line.strip() == "caudal" and "caudal" in self.shell.extension_manager.loaded:
            return
        self._ipythons["load_ext"](line)

    @line_magic
    def caudal_trace(self, line: str) -> None:
        """The whole trace of the last error; ``%caudal_trace on`` (or ``off``): of every one."""
        errors.trace_command(self.shell, line.strip())


def _arguments(words: Sequence[str]) -> dict[str, str]:
    """``$name="value"`` pairs of ``%run``."""
    found = {}
    for word in words:
        name, equals, value = word.removeprefix("$").partition("=")
        if not word.startswith("$") or not equals:
            raise UsageError(f"%run: {word!r} is not of the form $name=value")
        found[name] = value
    return found


def _in_shell(text: str) -> int:
    """Runs a script, its output as it comes; stops it where the cell is interrupted."""
    program = shutil.which("bash") or shutil.which("sh")
    if program is None:
        raise UsageError("%sh: there is no bash and no sh on this machine")
    process = subprocess.Popen(
        [program, "-c", text],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            print(line, end="", flush=True)
        return process.wait()
    except KeyboardInterrupt:
        _end_group(process)
        raise


def _end_group(process: subprocess.Popen[str]) -> None:
    if hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGTERM)
    else:
        process.terminate()
    process.wait()
