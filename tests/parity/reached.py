"""The numbers that were reached once (``reached.json``) and the examples known to fail
(``../doctest_exceptions.toml``). Neither may get worse in silence.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .examples import Module

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REACHED = Path(__file__).parent / "reached.json"
EXCEPTIONS = Path(__file__).parents[1] / "doctest_exceptions.toml"

Counts = dict[str, dict[str, dict[str, int]]]


def fallen(found: Counts) -> list[str]:
    """What is less than it was: a line for each number. What was not measured is not judged."""
    before = _before()
    return [
        f"{part} of {name}: {key} fell from {was} to {found[part].get(name, {}).get(key, 0)}"
        for part in found
        for name, counts in before.get(part, {}).items()
        for key, was in counts.items()
        if found[part].get(name, {}).get(key, 0) < was
    ]


def write(found: Counts) -> None:
    """Keeps the numbers; those of a part that was not measured stay as they are."""
    REACHED.write_text(json.dumps({**_before(), **found}, indent=1) + "\n")


def _before() -> Counts:
    counts: Counts = json.loads(REACHED.read_text()) if REACHED.exists() else {}
    return counts


@dataclass(frozen=True)
class Cause:
    """Why the examples of some docstrings do not all pass."""

    reason: str
    #: What comes out depends on time or on the order of rows: the examples pass in one run and
    #: fail in another, so neither is a fault and their numbers are not kept.
    unsteady: bool


def exceptions() -> dict[str, Cause]:
    """``module docstring`` → why its examples do not all pass.

    Raises
    ------
    ValueError
        For a docstring that stands under two reasons.
    """
    listed: dict[str, Cause] = {}
    for entry in tomllib.loads(EXCEPTIONS.read_text())["cause"]:
        cause = Cause(entry["reason"], entry.get("unsteady", False))
        for docstring in entry["docstrings"]:
            if docstring in listed:
                raise ValueError(f"{docstring} is listed twice")
            listed[docstring] = cause
    return listed


def wrongly_listed(modules: Iterable[Module], known: dict[str, Cause]) -> list[str]:
    """Docstrings that fail and are not listed, and those listed that pass."""
    failing = _failing(modules)
    passing = sorted(n for n, cause in known.items() if not cause.unsteady and n not in failing)
    return [f"{name} fails and is not listed" for name in sorted(failing - set(known))] + [
        f"{name} passes, or is no longer there: --update unlists it" for name in passing
    ]


def unlist_what_passes(modules: Iterable[Module]) -> None:
    """Takes the docstrings whose examples all pass out of the list; a cause of none goes too."""
    failing = _failing(modules)
    passing = {n for n, c in exceptions().items() if not c.unsteady and n not in failing}
    lines = EXCEPTIONS.read_text().splitlines(keepends=True)
    kept = [line for line in lines if line.strip().strip('",') not in passing]
    EXCEPTIONS.write_text(_EMPTY.sub("", "".join(kept)))


_EMPTY = re.compile(r"\[\[cause\]\]\n[^\[]*docstrings = \[\n\]\n\n?")


def _failing(modules: Iterable[Module]) -> set[str]:
    return {f"{m.path} {d.name}" for m in modules for d in m.docstrings if d.failed}
