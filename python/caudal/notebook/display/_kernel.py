"""What displays need of a notebook's kernel: whether there is one, which cell runs, interrupts."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from typing import Any

_RETRY = 0.2
"""Seconds until a kernel that is busy is looked at again."""


def shell() -> Any:
    """IPython's shell that this process is, in a notebook or a terminal, or None."""
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    return get_ipython()


def kernel() -> Any:
    """The kernel that this process is, or None."""
    return getattr(shell(), "kernel", None)


def in_notebook() -> bool:
    """Whether this process is a notebook's kernel."""
    return kernel() is not None


def cell() -> tuple[str, str] | None:
    """The identity of the cell that runs, and of this run; None where the notebook says neither."""
    running = kernel()
    if running is None:
        return None
    request = running.get_parent("shell") or {}
    name = request.get("metadata", {}).get("cellId")
    run = request.get("header", {}).get("msg_id")
    return (name, run) if name and run else None


def when_interrupted(stop: Callable[[], bool]) -> None:
    """Calls `stop` at an interrupt that no cell takes.

    A kernel without a running cell ignores interrupts. What is installed here stands in for that
    as long as there is something to stop: `stop` says whether there was.
    """
    running = kernel()
    loop = getattr(running, "io_loop", None)
    if loop is None:
        return

    def heard(number: int, frame: Any) -> None:
        if not stop():
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def install() -> None:
        now = signal.getsignal(signal.SIGINT)
        if now is signal.SIG_IGN:
            signal.signal(signal.SIGINT, heard)
        elif now is signal.default_int_handler:
            # A cell runs, and what stands here now comes back after it.
            loop.call_later(_RETRY, install)

    loop.add_callback(install)
