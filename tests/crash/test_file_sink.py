"""Killed or failed between any two steps, a file sink holds each row once.

Readers go by the sink's log. Files of a batch that was cut short may lie beside it; a
reader does not see them.
"""

import json
from pathlib import Path

import pytest

from .storm import Storm
from .test_fault_points import FILES, next_batch, write_events

pytestmark = pytest.mark.crash

# Around the sink, then within each file of the checkpoint and of the sink's own log: the
# source's log, the offsets, the sink's log, the commit.
PLACES = [
    ("offsets-logged", 1),
    ("sink-staged", 1),
    ("sink-named", 1),
    ("sink-done", 1),
    ("batch-committed", 1),
    *(
        (point, n)
        for point in ("file-written", "file-synced", "sum-written", "file-named", "file-durable")
        for n in (1, 2, 3, 4)
    ),
]


def storm_of(kind: str, events: Path, folder: Path, seed: int = 1) -> Storm:
    (folder / "output").mkdir(parents=True)
    places = [str(events), str(folder / "checkpoint"), str(folder / "output")]
    return Storm([kind, *places], folder, seed)


def rows_of(folder: Path) -> list[str]:
    return json.loads((folder / "output" / "rows.json").read_text(encoding="utf-8"))


def undisturbed(kind: str, root: Path) -> tuple[Path, list[str]]:
    write_events(root / "events", 1, seed=3)
    storm_of(kind, root / "events", root / "undisturbed").let_finish()
    expected = rows_of(root / "undisturbed")
    lines = [p.read_text().splitlines() for p in (root / "events" / "0").glob("*.json")]
    assert len(expected) == sum(map(len, lines))
    return root / "events", expected


@pytest.mark.parametrize("kind", ["files", "folders"])
def test_killed_between_steps_of_the_sink(kind: str, tmp_path: Path) -> None:
    events, expected = undisturbed(kind, tmp_path)
    rest = list(PLACES)
    rounds = kills = 0
    while rest:
        folder = tmp_path / f"killed-{rounds}"
        storm = storm_of(kind, events, folder)
        rounds += 1
        while rest:
            point, passes = rest[0]
            batch, again = next_batch(folder)
            if again and not point.startswith("sink"):
                batch += 1
            if batch >= FILES:
                break
            assert storm.kill_at(point, batch, passes), f"{point} of batch {batch}, {passes}"
            rest.pop(0)
        storm.let_finish()
        assert rows_of(folder) == expected
        kills += storm.kills
    assert kills == len(PLACES)


@pytest.mark.parametrize("point", ["sink-staged", "sink-named", "file-durable"])
def test_a_step_that_fails_is_done_again(point: str, tmp_path: Path) -> None:
    events, expected = undisturbed("files", tmp_path)
    folder = tmp_path / "failed"
    assert storm_of("files", events, folder).fail_at(point, 4, 3 if point[0] == "f" else 1)
    assert rows_of(folder) == expected
    hidden = [p.name for p in (folder / "output" / "sink").iterdir() if p.name.endswith(".tmp")]
    assert hidden == []


def test_killed_at_random_moments_while_writing_files(tmp_path: Path) -> None:
    events, expected = undisturbed("folders", tmp_path)
    folder = tmp_path / "killed"
    storm = storm_of("folders", events, folder, seed=7)
    storm.rage(most_kills=10, longest=0.02)
    storm.let_finish()
    assert rows_of(folder) == expected
