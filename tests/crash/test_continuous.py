"""Killed between any two steps of an epoch, a continuous query goes on from the last epoch
that was committed: no row is passed over, whatever was planned beyond it.

A row of the rate source is due a fixed time after the one before, so that a place in the
log says whether every row up to it came.
"""

import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.crash

PROGRAM = Path(__file__).resolve().parent / "continuous.py"
MILLIS_A_ROW = 5

# As in src/streaming/checkpoint/fault_point.rs; an epoch has no state and no source's log.
OF_AN_EPOCH = [
    "offsets-known",
    "offsets-logged",
    "rows-read",
    "plan-run",
    "sink-done",
    "batch-committed",
    "purged",
]
OF_A_FILE = ["file-written", "file-synced", "sum-written", "file-named", "file-durable"]
PLACES = [*OF_AN_EPOCH, *(f"{point}:{n}" for point in OF_A_FILE for n in (1, 2))]


def run(checkpoint: Path, epochs: int, fault: str | None = None) -> subprocess.CompletedProcess:
    caudal = Path(sys.executable).with_name("caudal")
    environment = {k: v for k, v in os.environ.items() if k != "CAUDAL_FAULT"}
    if fault is not None:
        environment["CAUDAL_FAULT"] = fault
    return subprocess.run(
        [str(caudal), "run", str(PROGRAM), str(checkpoint), str(epochs)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def numbers(folder: Path) -> list[int]:
    return sorted(int(f.name) for f in folder.glob("[0-9]*"))


def place(checkpoint: Path, epoch: int) -> dict[str, int]:
    text = (checkpoint / "offsets" / str(epoch)).read_text(encoding="utf-8")
    return json.loads(text.split("\n")[2])["0"]


def check_logs(checkpoint: Path) -> int:
    """Every committed epoch has its place, and no row is missing between two of them."""
    commits, offsets = numbers(checkpoint / "commits"), numbers(checkpoint / "offsets")
    assert commits == list(range(len(commits)))
    assert offsets[: len(commits)] == commits
    assert len(offsets) <= len(commits) + 1, "one epoch is planned at a time"
    for before, after in itertools.pairwise(commits):
        first, last = place(checkpoint, before), place(checkpoint, after)
        assert last["runTimeMs"] - first["runTimeMs"] == MILLIS_A_ROW * (
            last["value"] - first["value"]
        )
    return commits[-1] if commits else -1


@pytest.mark.parametrize("where", PLACES)
def test_an_epoch_that_was_not_committed_comes_again(tmp_path: Path, where: str) -> None:
    checkpoint = tmp_path / "checkpoint"
    point, _, passes = where.partition(":")
    died = run(checkpoint, 60, f"{point}:2:kill:{passes or 1}")
    assert died.returncode in (-signal.SIGABRT, 128 + signal.SIGABRT), died.stderr
    last = check_logs(checkpoint)
    # The logs are written beside the rows of the next epoch.
    assert last in (0, 1, 2)
    ended = place(checkpoint, last)
    again = run(checkpoint, 3)
    assert again.returncode == 0, again.stderr
    assert check_logs(checkpoint) >= last + 3
    assert place(checkpoint, last + 1) == ended, "the first epoch of a run is where it began"


def test_what_was_planned_only_is_forgotten(tmp_path: Path) -> None:
    checkpoint = tmp_path / "checkpoint"
    assert run(checkpoint, 3).returncode == 0
    for commit in (checkpoint / "commits").glob("*"):
        commit.unlink()
    assert run(checkpoint, 3).returncode == 0
    assert check_logs(checkpoint) >= 2
    assert place(checkpoint, 0)["value"] == -1, "from the beginning"
