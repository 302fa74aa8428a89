"""A query killed at any moment and started again answers as if it had never been killed."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from .storm import Storm

pytestmark = pytest.mark.crash

FIRST_SECOND = 1_500_000_000
FILES = 50
ROWS_IN_A_FILE = 100


@dataclass
class Events:
    """Fifty files of rows made from a seed, and one that comes after the storm."""

    folder: Path
    rows: list[tuple[int, str, int]]
    last: list[tuple[int, str, int]]

    @classmethod
    def make(cls, folder: Path, seed: int) -> "Events":
        chance = random.Random(seed)
        folder.mkdir()
        rows = [
            (FIRST_SECOND + chance.randrange(40 * 3600), chance.choice(["Open", "Close"]), number)
            for number in range((FILES + 1) * ROWS_IN_A_FILE)
        ]
        events = cls(folder, rows[:-ROWS_IN_A_FILE], rows[-ROWS_IN_A_FILE:])
        for number in range(FILES):
            start = number * ROWS_IN_A_FILE
            events.write(f"{number:02}.json", rows[start : start + ROWS_IN_A_FILE])
        return events

    def write(self, name: str, rows: list[tuple[int, str, int]]) -> None:
        """The whole file at once, as a source of files asks for."""
        lines = (json.dumps({"time": t, "action": a, "id": i}) for t, a, i in rows)
        draft = self.folder / f".{name}"
        draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
        draft.rename(self.folder / name)

    def add_the_last(self) -> None:
        self.write("last.json", self.last)

    def hourly_counts(self) -> list[list[object]]:
        counts = Counter((action, time - time % 3600) for time, action, _ in self.rows + self.last)
        return sorted(
            [action, datetime.fromtimestamp(hour, timezone.utc).strftime("%F %T"), count]
            for (action, hour), count in counts.items()
        )


def storm_of(kind: str, folder: Path, seed: int) -> tuple[Events, Storm, Path]:
    events = Events.make(folder / "events", seed)
    output = folder / "output"
    if kind == "rows":
        output.mkdir()
    arguments = [kind, str(events.folder), str(folder / "checkpoint"), str(output)]
    return events, Storm(arguments, folder, seed), output


def seconds_undisturbed(kind: str, folder: Path, seed: int) -> float:
    folder.mkdir()
    _, storm, _ = storm_of(kind, folder, seed)
    return storm.let_finish()


def check_counts(events: Events, storm: Storm, output: Path) -> None:
    # A memory table is empty after a restart until a batch runs: the last file makes one,
    # and its complete answer holds whatever the state has kept through the storm.
    events.add_the_last()
    storm.let_finish()
    assert json.loads(output.read_text(encoding="utf-8")) == events.hourly_counts()


def check_rows(events: Events, storm: Storm, output: Path) -> None:
    events.add_the_last()
    storm.let_finish()
    assert not list(output.glob("differs-*"))
    batches = sorted(int(path.stem) for path in output.glob("*.json"))
    assert batches == list(range(FILES + 1))
    seen = [
        number
        for batch in batches
        for number in json.loads((output / f"{batch}.json").read_text(encoding="utf-8"))
    ]
    expected = [number for _, _, number in events.rows + events.last]
    lost, extra = Counter(expected) - Counter(seen), Counter(seen) - Counter(expected)
    assert not lost, f"lost: {sorted(lost)[:20]}"
    assert not extra, f"more than once: {sorted(extra)[:20]}"


CHECKS = {"counts": check_counts, "rows": check_rows}


@pytest.mark.parametrize("kind", CHECKS)
def test_killed_a_few_times_while_it_runs(kind: str, tmp_path: Path) -> None:
    alone = seconds_undisturbed(kind, tmp_path / "undisturbed", seed=1)
    folder = tmp_path / "storm"
    folder.mkdir()
    events, storm, output = storm_of(kind, folder, seed=1)
    storm.rage(most_kills=8, longest=alone / 3)
    CHECKS[kind](events, storm, output)
    print(f"{storm.kills} kills after {storm.delays} s")
    assert storm.kills >= 1


@pytest.mark.parametrize("kind", CHECKS)
def test_killed_at_its_very_start(kind: str, tmp_path: Path) -> None:
    """The first files of a checkpoint are the ones that are easily half there."""
    events, storm, output = storm_of(kind, tmp_path, seed=2)
    storm.rage(most_kills=6, longest=0.01)
    CHECKS[kind](events, storm, output)
    assert storm.kills >= 1


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(10, 16))
@pytest.mark.parametrize("kind", CHECKS)
def test_killed_until_all_is_consumed(kind: str, seed: int, tmp_path: Path) -> None:
    alone = seconds_undisturbed(kind, tmp_path / "undisturbed", seed)
    folder = tmp_path / "storm"
    folder.mkdir()
    events, storm, output = storm_of(kind, folder, seed)
    storm.rage(most_kills=200, longest=alone / 10)
    CHECKS[kind](events, storm, output)
    print(f"{storm.kills} kills after {storm.delays} s")
    assert storm.kills >= 5


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(20, 24))
@pytest.mark.parametrize("kind", CHECKS)
def test_killed_in_many_restarts(kind: str, seed: int, tmp_path: Path) -> None:
    """Kills from the first instruction on: in imports, in recovery, in the first batch."""
    alone = seconds_undisturbed(kind, tmp_path / "undisturbed", seed)
    folder = tmp_path / "storm"
    folder.mkdir()
    events, storm, output = storm_of(kind, folder, seed)
    for round_ in range(5):
        storm.seed = seed * 100 + round_
        # A start takes about a tenth of a second, so most runs die in it or soon after.
        if storm.rage(most_kills=20, longest=0.12 + alone / 2, during_start=True):
            break
    CHECKS[kind](events, storm, output)
    assert storm.kills >= 5
