"""Each file of a checkpoint cut, changed or taken away: named, or not needed.

A restart either says which file is damaged and leaves everything as it is, or gives just
what it would have given. What is safe by design: a file that no restart reads any more
(old batches), and the newest commit or plan, without which that batch is run again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SCHEMA = "k STRING, v LONG"
BATCHES = 13
LOGS = ("offsets", "commits", "sources/0")
QUERY_CONF = {
    "spark.caudal.streaming.statePartitions": "2",
    "spark.sql.streaming.minBatchesToRetain": "100",
}

Batches = dict[int, list[str]]


def add_file(folder: Path, number: int) -> None:
    """Each batch changes a key of both partitions."""
    rows = [{"k": key, "v": number} for key in ("a", "b", "c", "d", "e", f"new-{number}")]
    draft = folder.parent / "draft"
    draft.write_text("".join(json.dumps(row) + "\n" for row in rows))
    os.utime(draft, (1_700_000_000 + number, 1_700_000_000 + number))
    draft.rename(folder / f"{number:03}.json")


def run(spark: Any, events: Path, checkpoint: Path) -> Batches:
    from caudal.sql import functions as F

    given: Batches = {}
    stream = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(str(events))
    query = (
        stream.groupBy("k")
        .agg(F.count("*"), F.sum("v"))
        .writeStream.outputMode("complete")
        .option("checkpointLocation", str(checkpoint))
        .foreachBatch(lambda df, n: given.update({n: sorted(map(str, df.collect()))}))
        .start()
    )
    try:
        query.processAllAvailable()
    finally:
        query.stop()
    return given


class Kept:
    """A checkpoint after some batches, one more file, and what an undisturbed run gives."""

    def __init__(self, spark: Any, root: Path) -> None:
        self.spark, self.root = spark, root
        self.events, self.checkpoint = root / "events", root / "checkpoint"
        self.events.mkdir()
        for number in range(BATCHES):
            add_file(self.events, number)
        self.expected = run(spark, self.events, self.checkpoint)
        add_file(self.events, BATCHES)
        whole = self.copy("whole")
        self.expected |= run(spark, self.events, whole)
        assert sorted(self.expected) == list(range(BATCHES + 1))

    def copy(self, name: str) -> Path:
        target = self.root / name
        shutil.copytree(self.checkpoint, target)
        return target

    def files(self) -> list[str]:
        """Of each kind the oldest and the newest two, of the state all."""
        paths = sorted(p for p in self.checkpoint.rglob("*") if p.is_file())
        names = [str(path.relative_to(self.checkpoint)) for path in paths]
        shown = [name for name in names if not Path(name).name.startswith(".")]
        dull = {f"{log}/{n}" for log in LOGS for n in range(1, BATCHES - 2)} - {"sources/0/10"}
        dull |= {f"state/0/{p}/{v}.delta" for p in (0, 1) for v in range(2, BATCHES - 2)}
        return [name for name in shown if name not in dull]


@pytest.fixture
def kept(spark: Any, tmp_path: Path) -> Iterator[Kept]:
    before = {key: spark.conf.get(key, None) for key in QUERY_CONF}
    for key, value in QUERY_CONF.items():
        spark.conf.set(key, value)
    yield Kept(spark, tmp_path)
    for key, value in before.items():
        if value is None:
            spark.conf.unset(key)
        else:
            spark.conf.set(key, value)


def contents(root: Path) -> dict[str, bytes]:
    """All files but hidden ones (the lock, sums)."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def emptied(path: Path) -> Iterator[str]:
    path.write_bytes(b"")
    yield "empty"


def missing(path: Path) -> Iterator[str]:
    path.unlink()
    yield "missing"


def truncated(path: Path) -> Iterator[str]:
    whole = path.read_bytes()
    for length in sorted({1, 3, len(whole) // 2, len(whole) - 1} - {len(whole)}):
        path.write_bytes(whole[:length])
        yield f"cut to {length}"
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")] if whole[:1] == b"v" else []
    for length in ends:
        path.write_bytes(whole[:length])
        yield f"cut at the line's end {length}"


def flipped(path: Path) -> Iterator[str]:
    whole = path.read_bytes()
    for at in sorted({0, 4, len(whole) // 3, len(whole) // 2, len(whole) - 2}):
        changed = bytearray(whole)
        changed[at] ^= 1 << (at % 7)
        path.write_bytes(bytes(changed))
        yield f"bit of byte {at} changed"


# A restart reads of a log its newest file and, where that batch was not committed, the
# one before. The newest commit may be lost: its batch runs again.
UNREAD = {f"{log}/{n}" for log in ("offsets", "commits") for n in range(BATCHES - 1)}
UNREAD |= {f"sources/0/{n}" for n in range(9)}  # 9.compact repeats them
SAFE_TO_LOSE = UNREAD | {f"commits/{BATCHES - 1}"}


def is_named(name: str, error: Exception) -> bool:
    """Whether a version of state was lost as delta or as snapshot, nobody can say."""
    stem = name.removesuffix("delta").removesuffix("snapshot")
    return f"/{stem}" in str(error) or f"the {name} file is missing" in str(error)


@pytest.mark.parametrize("damage", [emptied, missing, truncated, flipped])
def test_damage_is_named_or_does_no_harm(damage: Any, kept: Kept) -> None:
    harmless = set()
    for number, name in enumerate(kept.files()):
        root = kept.copy(f"damaged-{number}")
        for what in damage(root / name):
            before = contents(root)
            try:
                given = run(kept.spark, kept.events, root)
            except Exception as error:
                assert is_named(name, error), (name, what, error)
                assert contents(root) == before, (name, what)
                continue
            harmless.add(name)
            wrong = {n for n, rows in given.items() if kept.expected[n] != rows}
            assert not wrong and BATCHES in given, (name, what, given.keys())
            # The next damage is done to the checkpoint as it was.
            shutil.rmtree(root)
            kept.copy(root.name)
        shutil.rmtree(root)
    # What the state can do without is its own business: the rows were right.
    logs = {name for name in harmless if not name.startswith("state/")}
    assert logs <= (SAFE_TO_LOSE if damage is missing else UNREAD)


@pytest.mark.parametrize("left", [("sources", "state"), ("sources",), ("state",)])
def test_a_checkpoint_without_its_logs_does_not_begin_anew(
    kept: Kept, left: tuple[str, ...]
) -> None:
    from caudal.errors import StreamingQueryException

    copy = kept.copy("without logs")
    for folder in {"offsets", "commits", "sources", "state"} - set(left):
        shutil.rmtree(copy / folder)
    before = contents(copy)
    with pytest.raises(StreamingQueryException, match=r"CAUDAL_CHECKPOINT_DAMAGED.*/offsets"):
        run(kept.spark, kept.events, copy)
    assert contents(copy) == before


def test_what_the_first_batch_left_before_its_offsets_is_gone_on_from(kept: Kept) -> None:
    copy = kept.copy("begun")
    for folder in ("offsets", "commits", "state"):
        shutil.rmtree(copy / folder)
    for file in (copy / "sources/0").iterdir():
        if not file.name.startswith(".") and file.name != "0":
            file.unlink()
    given = run(kept.spark, kept.events, copy)
    assert given == kept.expected
