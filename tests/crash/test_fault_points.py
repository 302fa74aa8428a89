"""Killed or failed between any two steps of a batch, every kind of state goes on as if not.

The query reads one file a batch, so that a batch's number says its rows: what
``foreachBatch`` was given for each is compared with a run that nobody disturbed.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .queries import QUERIES
from .storm import Storm

pytestmark = pytest.mark.crash

FILES = 16
ROWS_IN_A_FILE = 12
FIRST_SECOND = 1_700_000_000

# As in src/streaming/checkpoint/fault_point.rs, in the order in which a batch comes there.
OF_A_BATCH = [
    "offsets-known",
    "offsets-logged",
    "slots-filled",
    "rows-read",
    "plan-run",
    "sink-done",
    "partition-committed",
    "operator-committed",
    "state-committed",
    "batch-committed",
    "offsets-purged",
    "purged",
    "source-committed",
]
OF_A_FILE = ["file-written", "file-synced", "sum-written", "file-named", "file-durable"]
NEEDS_STATE = {"partition-committed", "operator-committed"}
NOT_WHEN_RUN_AGAIN = {"offsets-known", "offsets-logged"}


@dataclass(frozen=True)
class Place:
    point: str
    passes: int = 1
    """How often the batch comes there before it dies."""

    @property
    def is_not_in_each_batch(self) -> bool:
        """State that did not change writes no file, and one of its own has no sum."""
        return self.passes > 3


# The files of a batch: the source's log, the offsets, two partitions, the commit.
EVERY_PLACE = [
    *(Place(point) for point in OF_A_BATCH),
    *(Place(point, n) for point in OF_A_FILE for n in (1, 2, 3, 5)),
    *(Place("file-recycled", n) for n in (1, 2)),
    Place("partition-committed", 2),
]


def write_events(root: Path, folders: int, seed: int) -> None:
    """Times go on with the files; some are late, a few later than any watermark here."""
    chance = random.Random(seed)
    for folder in range(folders):
        (root / str(folder)).mkdir(parents=True)
        for number in range(FILES):
            lines = []
            for _ in range(ROWS_IN_A_FILE):
                late = chance.choice([0, 0, 0, 5, 15, 40])
                second = FIRST_SECOND + 6 * number + chance.randrange(6) - late
                row = {"t": second, "k": chance.choice("abcdefg"), "v": chance.randrange(30)}
                lines.append(json.dumps(row))
            path = root / str(folder) / f"{number:02}.json"
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def storm_of(kind: str, events: Path, folder: Path, seed: int = 1) -> Storm:
    (folder / "output").mkdir(parents=True)
    arguments = [kind, str(events), str(folder / "checkpoint"), str(folder / "output")]
    return Storm(arguments, folder, seed)


def batches_of(folder: Path) -> dict[str, list[str]]:
    output = folder / "output"
    assert not list(output.glob("differs-*"))
    return {path.stem: json.loads(path.read_text()) for path in output.glob("*.json")}


def undisturbed(kind: str, root: Path) -> tuple[Path, dict[str, list[str]]]:
    events = root / "events"
    write_events(events, QUERIES[kind].folders, seed=len(kind))
    storm_of(kind, events, root / "undisturbed").let_finish()
    expected = batches_of(root / "undisturbed")
    assert sorted(map(int, expected)) == list(range(FILES))
    assert any(expected.values())
    return events, expected


def next_batch(folder: Path) -> tuple[int, bool]:
    """The batch that runs next, and whether some of its files were written before."""

    def latest(log: str) -> int:
        names = [path.name for path in (folder / "checkpoint" / log).glob("[0-9]*")]
        return max((int(name.removesuffix(".compact")) for name in names), default=-1)

    done = latest("commits")
    return done + 1, max(latest("offsets"), latest("sources/0")) > done


def applies(kind: str, place: Place) -> bool:
    if place == Place("partition-committed", 2):
        return kind not in ("stateless", "limit")  # a limit has one number to keep
    if kind != "stateless":
        return True
    return place.point not in NEEDS_STATE and not (place.point in OF_A_FILE and place.passes > 3)


def kill_at_each(kind: str, places: list[Place], root: Path) -> int:
    """One query, killed at one place after the other and compared in the end."""
    events, expected = undisturbed(kind, root)
    kills = 0
    rest = [place for place in places if applies(kind, place)]
    rounds = 0
    while rest:
        # A batch or two for each kill; what does not fit is left for another query.
        folder = root / f"killed-{rounds}"
        storm = storm_of(kind, events, folder)
        rounds += 1
        while rest:
            place = rest[0]
            batch, again = next_batch(folder)
            # Run again, a batch writes neither offsets nor the source's log.
            if again and (place.point in NOT_WHEN_RUN_AGAIN or place.point in OF_A_FILE):
                batch += 1
            if "purged" in place.point or place.point == "file-recycled":
                batch = max(batch, 5)
            if batch >= FILES:
                break
            died = storm.kill_at(place.point, batch, place.passes)
            assert died or place.is_not_in_each_batch, f"{place} of batch {batch} was not reached"
            rest.pop(0)
            if not died:
                break  # it is all consumed
        storm.let_finish()
        assert batches_of(folder) == expected
        kills += storm.kills
    return kills


def in_turn(number: int, count: int) -> Iterator[Place]:
    """A part of all places, another one for each kind."""
    for at in range(count):
        yield EVERY_PLACE[(number * count + at) % len(EVERY_PLACE)]


@pytest.mark.parametrize("kind", QUERIES)
def test_killed_between_steps(kind: str, tmp_path: Path) -> None:
    number = list(QUERIES).index(kind)
    kills = kill_at_each(kind, list(in_turn(number, 5)), tmp_path)
    assert kills >= 3


@pytest.mark.parametrize("point", OF_A_FILE)
def test_killed_while_the_checkpoint_is_begun(point: str, tmp_path: Path) -> None:
    """The first file is the query's id, the second the layout of its state."""
    kind = "aggregation-update"
    events, expected = undisturbed(kind, tmp_path)
    storm = storm_of(kind, events, tmp_path / "killed")
    passes = [1, 2] if point not in ("file-named", "file-durable") else [1]
    for n in passes:
        if not storm.kill_at(point, "start", n):
            break
    storm.let_finish()
    assert storm.kills >= 1
    assert batches_of(tmp_path / "killed") == expected


def fail_at_each(kind: str, places: list[Place], root: Path) -> None:
    """For each place a query in which that step fails, which is started again."""
    events, expected = undisturbed(kind, root)
    for number, place in enumerate(places):
        folder = root / f"failed-{number}"
        said = storm_of(kind, events, folder).fail_at(place.point, 6, place.passes)
        assert said or place.is_not_in_each_batch, f"{place} was not reached"
        if said and not place.point.startswith(("file", "sum")):
            assert f"the fault point {place.point} was reached" in said
        assert batches_of(folder) == expected


@pytest.mark.parametrize("kind", ["aggregation-append", "dropDuplicates"])
def test_a_step_that_fails_is_done_again_in_the_same_process(kind: str, tmp_path: Path) -> None:
    fail_at_each(kind, list(in_turn(list(QUERIES).index(kind), 4)), tmp_path)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", QUERIES)
def test_killed_between_all_steps(kind: str, tmp_path: Path) -> None:
    kills = kill_at_each(kind, EVERY_PLACE, tmp_path)
    places = [place for place in EVERY_PLACE if applies(kind, place)]
    assert kills >= len([place for place in places if not place.is_not_in_each_batch])


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", QUERIES)
def test_every_step_that_fails_is_done_again(kind: str, tmp_path: Path) -> None:
    fail_at_each(kind, [place for place in EVERY_PLACE if applies(kind, place)], tmp_path)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("kind", QUERIES)
def test_killed_at_random_moments(kind: str, tmp_path: Path) -> None:
    """Together at least 500 with those between all steps."""
    events, expected = undisturbed(kind, tmp_path)
    kills = 0
    for seed in range(100):
        folder = tmp_path / f"killed-{seed}"
        storm = storm_of(kind, events, folder, seed)
        during_start = seed % 3 == 2
        longest = 0.25 if during_start else 0.02
        storm.rage(most_kills=15, longest=longest, during_start=during_start)
        storm.let_finish()
        assert batches_of(folder) == expected
        kills += storm.kills
        if kills >= 30:
            break
    assert kills >= 30
