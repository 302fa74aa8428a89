"""What a failed cell shows: Spark's message and the user's own lines, nothing beneath them.

The whole trace, through Caudal and IPython, is there on request: ``%caudal_trace``. A wait for a
stream that is interrupted says that the stream goes on, and how to stop it.
"""

from __future__ import annotations

import linecache
import os
import sys
import traceback
from types import TracebackType
from typing import Any

import caudal
from caudal.errors import PySparkException
from caudal.notebook import failures
from caudal.notebook.runs import NotebookExit, folders
from caudal.sql.streaming.query import StreamingQuery, StreamingQueryManager

__all__ = ["install", "trace_command", "uninstall"]

_OWN = os.path.dirname(os.path.abspath(caudal.__file__)) + os.sep
_STDLIB = os.path.dirname(os.path.abspath(os.__file__)) + os.sep
_HINT = "(%caudal_trace shows the whole trace)"
# Calls that wait for a stream, and what leaves them unharmed.
_WAITS = ("awaitTermination", "awaitAnyTermination", "processAllAvailable")
_STATE = "_caudal_errors"


def install(shell: Any) -> None:
    """Errors of ours and interrupts are shown in short from here on."""
    if getattr(shell, _STATE, None) is not None:
        return
    before = (shell.custom_exceptions, getattr(shell, "CustomTB", None))
    setattr(shell, _STATE, {"before": before, "is_whole": False})
    ours = (PySparkException, NotebookExit, KeyboardInterrupt)
    shell.set_custom_exc((*before[0], *ours), _show)


def uninstall(shell: Any) -> None:
    """Errors are shown as IPython does again."""
    state = getattr(shell, _STATE, None)
    if state is not None:
        shell.custom_exceptions, shell.CustomTB = state["before"]
        setattr(shell, _STATE, None)


def trace_command(shell: Any, word: str) -> None:
    """``%caudal_trace``: shows the last error whole; ``on`` and ``off`` say so of all."""
    if word in ("on", "off"):
        getattr(shell, _STATE)["is_whole"] = word == "on"
    elif word:
        print(f"%caudal_trace takes on, off or nothing, not {word!r}", file=sys.stderr)
    elif getattr(sys, "last_type", None) is None:
        print("there was no error")
    else:
        last = (sys.last_type, sys.last_value, sys.last_traceback)
        print(shell.InteractiveTB.stb2text(shell.InteractiveTB.structured_traceback(*last)))


def _show(
    shell: Any,
    etype: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    tb_offset: int | None = None,
) -> list[str]:
    """IPython's handler of the exceptions that we asked for."""
    state = getattr(shell, _STATE)
    waited = _waited_for(trace) if isinstance(error, KeyboardInterrupt) else None
    is_ours = isinstance(error, (PySparkException, NotebookExit)) or waited is not None
    others, handler = state["before"]
    if not is_ours and others and isinstance(error, others):
        shown: list[str] = handler(etype, error, trace, tb_offset)
        return shown
    if isinstance(error, NotebookExit):
        # Of a notebook that another one runs, that one says what came of it.
        if len(folders(shell)) == 1:
            print(f"Notebook exited: {error}")
        return []
    if state["is_whole"] or not is_ours:
        shell.showtraceback((etype, error, trace), tb_offset=tb_offset)
        return []
    # Remembered as IPython does it, for %debug and %tb.
    shell._get_exc_info((etype, error, trace))
    failures.seen(str(error))
    lines = _short(shell, error) if waited is None else [_goes_on(shell, waited)]
    shell._showtraceback(etype, error, lines)
    return lines


def _short(shell: Any, error: BaseException) -> list[str]:
    """The error and what caused it, each with the lines of the user's code that led to it."""
    lines = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        title = "" if current is error else "Caused by "
        name = type(current).__name__
        lines.append(f"{title}{name}: {_text(current)}")
        lines += _places(shell, current.__traceback__)
        current = current.__cause__
    return [*lines, _HINT]


def _text(error: BaseException) -> str:
    text = str(error)
    if not isinstance(error, PySparkException):
        return text
    # What a function of the user's printed beneath is said by its own exception, the cause.
    return text.split("\nTraceback (most recent call last):")[0] if error.__cause__ else text


def _places(shell: Any, trace: TracebackType | None) -> list[str]:
    """The user's own lines in a trace: in cells and their files, not in libraries."""
    found = []
    for frame, number in traceback.walk_tb(trace):
        path = frame.f_code.co_filename
        # `Cell` and `In[3]` for a cell, None for a file.
        cell = shell.compile.format_code_name(path)
        if cell is not None or _is_of_user(path):
            place = " ".join(cell) if cell is not None else path
            source = linecache.getline(path, number).strip()
            if source.startswith("get_ipython()."):
                continue  # what IPython made of a magic; the message has the text itself
            found.append(f"  {place}, line {number}" + (f": {source}" if source else ""))
    return found


def _is_of_user(path: str) -> bool:
    is_library = f"{os.sep}site-packages{os.sep}" in path or path.startswith((_OWN, _STDLIB))
    return not is_library and not path.startswith("<")


# Interrupts.


def _waited_for(trace: TracebackType | None) -> StreamingQuery | StreamingQueryManager | None:
    """What was waited for, if it was a stream."""
    for frame, _ in traceback.walk_tb(trace):
        owner = frame.f_locals.get("self")
        is_wait = frame.f_code.co_name in _WAITS and frame.f_code.co_filename.startswith(_OWN)
        if is_wait and isinstance(owner, (StreamingQuery, StreamingQueryManager)):
            return owner
    return None


def _goes_on(shell: Any, owner: StreamingQuery | StreamingQueryManager) -> str:
    running = [owner] if isinstance(owner, StreamingQuery) else owner.active
    if not any(query.isActive for query in running):
        return "Interrupted: no stream runs any more."
    lines = ["Interrupted the wait only:"]
    for query in running:
        lines.append(f"  {_title(query)} goes on. To stop it: {_how_to_stop(shell, query)}")
    return "\n".join(lines)


def _title(query: StreamingQuery) -> str:
    return f"the query {query.name!r}" if query.name else f"the query {query.id}"


def _how_to_stop(shell: Any, query: StreamingQuery) -> str:
    # Names of the notebook can be typed into its next cell; a function's own cannot.
    for name, value in list(shell.user_ns.items()):
        is_it = isinstance(value, StreamingQuery) and value.runId == query.runId
        if is_it and not name.startswith("_"):
            return f"{name}.stop()"
    return f'spark.streams.get("{query.id}").stop()'
