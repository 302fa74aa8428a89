"""The numbers that were reached once (``reached.json``) and the examples known to fail
(``../doctest_exceptions.toml``). Neither may get worse in silence.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

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
    before = json.loads(REACHED.read_text())
    return [
        f"{part} of {name}: {key} fell from {was} to {found[part].get(name, {}).get(key, 0)}"
        for part in found
        for name, counts in before.get(part, {}).items()
        for key, was in counts.items()
        if found[part].get(name, {}).get(key, 0) < was
    ]


def write(found: Counts) -> None:
    """Keeps the numbers; those of a part that was not measured stay as they are."""
    before = json.loads(REACHED.read_text()) if REACHED.exists() else {}
    REACHED.write_text(json.dumps({**before, **found}, indent=1) + "\n")


def exceptions() -> dict[str, str]:
    """``module docstring`` → why its examples do not all pass.

    Raises
    ------
    ValueError
        For a docstring that stands under two reasons.
    """
    listed: dict[str, str] = {}
    causes: list[dict[str, Any]] = tomllib.loads(EXCEPTIONS.read_text())["cause"]
    for cause in causes:
        for docstring in cause["docstrings"]:
            if docstring in listed:
                raise ValueError(f"{docstring} is listed twice")
            listed[docstring] = cause["reason"]
    return listed


def wrongly_listed(modules: Iterable[Module]) -> list[str]:
    """Docstrings that fail and are not listed, and those listed that pass."""
    known = set(exceptions())
    failing = {f"{m.path} {d.name}" for m in modules for d in m.docstrings if d.failed}
    return [f"{name} fails and is not listed" for name in sorted(failing - known)] + [
        f"{name} passes, or is no longer there: --update unlists it"
        for name in sorted(known - failing)
    ]


def unlist_what_passes(modules: Iterable[Module]) -> None:
    """Takes the docstrings whose examples all pass out of the list."""
    failing = {f"{m.path} {d.name}" for m in modules for d in m.docstrings if d.failed}
    kept = [
        line
        for line in EXCEPTIONS.read_text().splitlines(keepends=True)
        if not (line.startswith('    "') and line.strip().strip('",') not in failing)
    ]
    EXCEPTIONS.write_text("".join(kept))
