"""A bar for batch actions that take long: what runs, since when, how much it reads.

It is shown after a second, on a terminal or in a notebook (`caudal.notebook.progress` says how),
and nowhere else; ``spark.ui.showConsoleProgress=false`` puts it off. How far an action is the core
does not tell, so the bar moves and has no end. Knows nothing of plans: an action is a name and a
frame.
"""

from __future__ import annotations

import contextvars
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

__all__ = ["Bar", "bars_by", "watched"]

_SETTING = "spark.ui.showConsoleProgress"
# Seconds until the bar is shown, and between two looks of it.
_AFTER = 1.0
_EVERY = 0.2
_LONGEST_WAIT = 1.0
_WIDTH = 20


class Bar(Protocol):
    """Where a bar is drawn."""

    def draw(self, text: str) -> None:
        """Shows a line in the place of the last one."""

    def clear(self) -> None:
        """Leaves nothing behind."""


class _Terminal:
    """A line of the terminal's, through standard error."""

    def draw(self, text: str) -> None:
        sys.stderr.write(f"\r{text}\x1b[K")
        sys.stderr.flush()

    def clear(self) -> None:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


# How a notebook draws; None in a program, which has a terminal or nothing.
_made_by: Callable[[], Bar] | None = None
_is_shown = threading.Lock()


def bars_by(make: Callable[[], Bar] | None) -> None:
    """Says how bars are drawn; None: on the terminal, if there is one."""
    global _made_by
    _made_by = make


@contextmanager
def watched(session: SparkSession, action: str, files: Callable[[], list[str]]) -> Iterator[None]:
    """Shows a bar while the action in the block runs, if it takes long.

    Parameters
    ----------
    session
        Whose settings count.
    action
        What the bar calls it.
    files
        The files that the action reads, as URIs; asked for when the bar is shown.
    """
    make = _maker(session)
    # One bar at a time: an action within an action has none of its own.
    if make is None or not _is_shown.acquire(blocking=False):
        yield
        return
    done = threading.Event()
    # The notebook's cell is known by the context.
    context = contextvars.copy_context()
    thread = threading.Thread(
        target=context.run, args=(_show, make, action, files, done), daemon=True
    )
    try:
        thread.start()
        yield
    finally:
        done.set()
        # Not for long: a slow listing of files is not what the action's end waits for.
        thread.join(_LONGEST_WAIT)
        _is_shown.release()


def _maker(session: SparkSession) -> Callable[[], Bar] | None:
    make = _made_by
    if make is None and _is_terminal():
        make = _Terminal
    if make is None or threading.current_thread() is not threading.main_thread():
        return None
    return None if session._native.conf_find(_SETTING) == "false" else make


def _is_terminal() -> bool:
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):  # none, or closed
        return False


def _show(
    make: Callable[[], Bar], action: str, files: Callable[[], list[str]], done: threading.Event
) -> None:
    began = time.monotonic()
    if done.wait(_AFTER):
        return
    reads = _reads(files)
    bar = make()
    turn = 0
    while not done.wait(0 if turn == 0 else _EVERY):
        bar.draw(f"{action} {_moving(turn)} {time.monotonic() - began:.1f} s{reads}")
        turn += 1
    bar.clear()


def _moving(turn: int) -> str:
    """A bar without an end: a block that goes to and fro."""
    room = _WIDTH - 4
    place = turn % (2 * room)
    place = place if place <= room else 2 * room - place
    return f"[{' ' * place}===={' ' * (room - place)}]"


def _reads(files: Callable[[], list[str]]) -> str:
    """What is read, as far as it is files."""
    try:
        found = files()
        size = sum(_size(uri) for uri in found)
    except Exception:
        # The bar is a comfort: what fails here the action itself says.
        return ""
    if not found:
        return ""
    number = "1 file" if len(found) == 1 else f"{len(found)} files"
    return f", reads {number}" + (f" ({_readable(size)})" if size else "")


def _size(uri: str) -> int:
    parts: Any = urlsplit(uri)
    return os.path.getsize(unquote(parts.path)) if parts.scheme == "file" else 0


def _readable(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
