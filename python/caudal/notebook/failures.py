"""Queries that failed while no cell waited for them: the next cell says so, once, in a line.

What the notebook has shown already, in a cell that waited or in a live display, is not said again.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from caudal import _native
from caudal.errors import PySparkException
from caudal.sql.session import SparkSession
from caudal.sql.streaming.query import StreamingQuery

__all__ = ["install", "seen", "uninstall"]

_LONGEST = 160
_RUN = re.compile(r"runId = ([0-9a-f-]{36})")
_HOOK = "_caudal_failures"
_seen: set[str] = set()


def install(shell: Any) -> None:
    """Before each cell the failures are told that nobody has seen."""
    if getattr(shell, _HOOK, None) is not None:
        return

    def tell(_: Any) -> None:
        for line in _lines(shell):
            print(line, file=sys.stderr)

    setattr(shell, _HOOK, tell)
    shell.events.register("pre_run_cell", tell)


def uninstall(shell: Any) -> None:
    """They are told no more."""
    hook = getattr(shell, _HOOK, None)
    if hook is not None:
        shell.events.unregister("pre_run_cell", hook)
        setattr(shell, _HOOK, None)


def seen(text: str) -> None:
    """The failures that a shown text tells of need not be told."""
    _seen.update(_RUN.findall(text))


def seen_run(run: str) -> None:
    """The failure of this run need not be told."""
    _seen.add(run)


def _lines(shell: Any) -> list[str]:
    session = SparkSession.getActiveSession()
    if session is None or session._is_stopped:
        return []
    failures = _native.take_failures(session._native)
    return [
        _line(shell, name, query, run, error)
        for name, query, run, error in failures
        if run not in _seen
    ]


def _line(shell: Any, name: str | None, query: str, run: str, error: PySparkException) -> str:
    title = f"the query {name!r}" if name else f"the query {query}"
    cause = error.__cause__ or error
    said = next((line.strip() for line in str(cause).splitlines() if line.strip()), "")
    condition = cause.getCondition() if isinstance(cause, PySparkException) else None
    if not said.startswith("["):
        said = f"{condition or type(cause).__name__}: {said}"
    if len(said) > _LONGEST:
        said = said[:_LONGEST] + "…"
    return f"{title} failed meanwhile: {said} ({_how_to_see(shell, run)})"


def _how_to_see(shell: Any, run: str) -> str:
    for name, value in list(shell.user_ns.items()):
        if isinstance(value, StreamingQuery) and value.runId == run and not name.startswith("_"):
            return f"{name}.exception() has the whole"
    return "keep what start() gives: its exception() has the whole"
