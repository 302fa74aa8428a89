"""Caudal's answers to random expressions are real Spark's.

Known differences are in ``not_yet.json``: an expression, and why. One that agrees must leave.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import caudal

from .. import harness
from .ask import answers
from .draw import expressions
from .record import BLOCKS, COUNT, read

NOT_YET = Path(__file__).resolve().parent / "not_yet.json"


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    zone = os.environ.get("TZ")
    caudal.activate()
    sessions = harness.Sessions("caudal")
    yield sessions.fresh()
    sessions.close()
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()


@pytest.mark.parametrize(("name", "mode", "seed"), BLOCKS, ids=[block[0] for block in BLOCKS])
def test_block(session: Any, name: str, mode: str, seed: int) -> None:
    texts, recorded = read(name)
    known = json.loads(NOT_YET.read_text(encoding="utf-8"))
    found = answers(session, mode, texts)
    differ = {
        text: (spark, here)
        for text, spark, here in zip(texts, recorded, found, strict=True)
        if spark != here
    }
    new = [f"{t}\n  Spark {s}\n  here  {h}" for t, (s, h) in differ.items() if t not in known]
    assert not new, f"{len(new)} of {len(texts)} differ:\n" + "\n".join(new[:20])
    agree = [text for text in texts if text in known and text not in differ]
    assert not agree, f"these agree now: take them out of not_yet.json: {agree}"


def test_the_recorded_expressions_are_those_drawn() -> None:
    """A change of what is drawn asks for new recordings."""
    for name, _, seed in BLOCKS:
        assert read(name)[0] == expressions(seed, COUNT)
