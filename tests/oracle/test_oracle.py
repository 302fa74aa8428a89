"""Every oracle program gives what real Spark gave, under Caudal.

``CAUDAL_ORACLE_IMPL=pyspark`` runs the same comparison against real Spark, which checks
the harness and the recordings themselves.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import harness
from .context import CourseDataMissing

IMPLEMENTATION = os.environ.get("CAUDAL_ORACLE_IMPL", "caudal")
NAMES = harness.program_names()


def _not_yet() -> dict[str, str]:
    """``area/name: reason`` a line, for programs that Caudal does not pass yet."""
    lines = Path(__file__).with_name("not_yet.txt").read_text().splitlines()
    entries = (line.partition(":") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, _, reason in entries}


NOT_YET = _not_yet() if IMPLEMENTATION == "caudal" else {}


def _parameters() -> list[object]:
    return [
        pytest.param(name, marks=pytest.mark.xfail(reason=NOT_YET[name], strict=True))
        if name in NOT_YET
        else name
        for name in NAMES
    ]


@pytest.fixture(scope="module")
def sessions() -> Iterator[harness.Sessions]:
    zone = os.environ.get("TZ")
    if IMPLEMENTATION == "caudal":
        import caudal

        caudal.activate()
    opened = harness.Sessions(IMPLEMENTATION)
    yield opened
    opened.close()
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()


@pytest.mark.parametrize("name", _parameters())
def test_program(name: str, sessions: harness.Sessions) -> None:
    assert harness.recording_path(name).exists(), f"{name} has no recording"
    try:
        actual = harness.run_program(name, sessions.fresh())
    except CourseDataMissing as missing:
        pytest.skip(str(missing))
    found = harness.differences(harness.read_recording(name), actual)
    if found:
        pytest.fail(f"{name}: {len(found)} results differ\n\n" + "\n\n".join(found), pytrace=False)


def test_not_yet_names_programs() -> None:
    assert not NOT_YET.keys() - set(NAMES)


def test_every_recording_has_a_program() -> None:
    recorded = {
        str(path.relative_to(harness.RECORDINGS).with_suffix(""))
        for path in harness.RECORDINGS.glob("*/*.json")
    }
    assert not recorded - set(NAMES)
