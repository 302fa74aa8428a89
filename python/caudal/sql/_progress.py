"""A bar for batch actions that take long: what runs, since when, how much of it is read.

It is shown after a second, on a terminal or in a notebook (`caudal.notebook.progress` says how),
and nowhere else; ``spark.ui.showConsoleProgress=false`` puts it off. Where the core knows how much
there is to read, in files or in rows, the bar fills; else it moves and has no end. Knows nothing
of plans: an action is a name, and counters that the core moves while it runs.
"""

from __future__ import annotations

import contextvars
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from caudal import _native

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
def watched(session: SparkSession, action: str) -> Iterator[None]:
    """Shows a bar while the action in the block runs, if it takes long.

    Parameters
    ----------
    session
        Whose settings count.
    action
        What the bar calls it.
    """
    make = _maker(session)
    # One bar at a time: an action within an action has none of its own.
    if make is None or not _is_shown.acquire(blocking=False):
        yield
        return
    done = threading.Event()
    progress = _native.Progress()
    # The notebook's cell is known by the context.
    context = contextvars.copy_context()
    thread = threading.Thread(
        target=context.run, args=(_show, make, action, progress, done), daemon=True
    )
    progress.begin()
    try:
        thread.start()
        yield
    finally:
        progress.end()
        done.set()
        # Not for long: an output that does not take its text is not what the action waits for.
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
    make: Callable[[], Bar], action: str, progress: _native.Progress, done: threading.Event
) -> None:
    began = time.monotonic()
    if done.wait(_AFTER):
        return
    bar = make()
    turn = 0
    while not done.wait(0 if turn == 0 else _EVERY):
        bar.draw(f"{action} {_said(progress, turn)}, {time.monotonic() - began:.1f} s")
        turn += 1
    bar.clear()


def _said(progress: _native.Progress, turn: int) -> str:
    """The bar, and what is known beside it."""
    if progress.phase == "planning":
        return f"{_moving(turn)} planning"
    if progress.phase == "finishing":
        return f"{_moving(turn)} {_read(progress)} read, computing"
    share = _share(progress)
    if share is None:
        return f"{_moving(turn)} {_read(progress)}"
    return f"{_filled(share)} {int(100 * share)} %, {_read(progress)}"


def _share(progress: _native.Progress) -> float | None:
    """How much of what is to be read has been read, from 0 to 1, where that is known."""
    for done, all_of_it in (progress.bytes, progress.rows):
        if all_of_it:
            return min(done / all_of_it, 1.0)
    return None


def _read(progress: _native.Progress) -> str:
    """Files, bytes and rows, for example ``3 of 8 files, 120 MB of 1.0 GB, 1,000,000 rows``."""
    parts = []
    done, files = progress.files
    if files:
        number = _of(str(min(done, files)), str(files))
        parts.append(f"{number} {'file' if files == 1 else 'files'}")
        parts.append(_of(*(_readable(size) for size in progress.bytes)))
    rows = progress.rows[0]
    return ", ".join([*parts, f"{rows:,} {'row' if rows == 1 else 'rows'}"])


def _of(done: str, whole: str) -> str:
    return whole if done == whole else f"{done} of {whole}"


def _filled(share: float) -> str:
    """A bar that is filled so far."""
    width = int(_WIDTH * share)
    return f"[{('=' * width + '>')[:_WIDTH]:{_WIDTH}}]"


def _moving(turn: int) -> str:
    """A bar without an end: a block that goes to and fro."""
    room = _WIDTH - 4
    place = turn % (2 * room)
    place = place if place <= room else 2 * room - place
    return f"[{' ' * place}===={' ' * (room - place)}]"


def _readable(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
