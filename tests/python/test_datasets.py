"""The generated events: always the same, in order, in the lesson's shape."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from caudal import datasets
from caudal.datasets import _events

FIRST, LAST = 1469501100, 1469689200  # 2016-07-26 02:45 and 2016-07-28 07:00, UTC


def test_the_lesson_s_shape(tmp_path: Path) -> None:
    files = datasets.events(tmp_path)
    assert [f.name for f in files] == [f"file-{i}.json" for i in range(50)]
    rows = [json.loads(line) for f in files for line in f.read_text().splitlines()]
    assert len(rows) == 100_000
    times = [row["time"] for row in rows]
    assert times == sorted(times) and times[0] >= FIRST and times[-1] < LAST
    assert Counter(row["action"] for row in rows) == {"Open": 50_000, "Close": 50_000}
    opened = 0
    for row in rows:
        opened += 1 if row["action"] == "Open" else -1
        assert opened > -50, "closings ran ahead of openings"


def test_the_same_seed_gives_the_same_events(tmp_path: Path) -> None:
    def text(name: str, seed: int) -> str:
        return datasets.events(tmp_path / name, 1, 500, seed)[0].read_text()

    assert text("a", 1) == text("b", 1) != text("c", 2)


def test_counts_must_be_positive(tmp_path: Path) -> None:
    with pytest.raises(ValueError):
        datasets.events(tmp_path, files=0)


def test_arrays_give_the_same_events(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    slow = datasets.events(tmp_path / "slow", 2, 3000, 5)
    monkeypatch.setattr(_events, "_WORTH_AN_ARRAY", 1)
    fast = datasets.events(tmp_path / "fast", 2, 3000, 5)
    assert [f.read_text() for f in slow] == [f.read_text() for f in fast]


def test_readings_of_activities_have_their_fields(tmp_path: Path) -> None:
    files = datasets.activity(tmp_path / "a", 3, 400, 7)
    assert [f.name for f in files] == [f"part-0000{i}.json" for i in range(3)]
    rows = [json.loads(line) for f in files for line in f.read_text().splitlines()]
    names = "Arrival_Time Creation_Time Device Index Model User gt x y z".split()
    assert all(list(row) == names for row in rows)
    assert [row["Index"] for row in rows] == list(range(1200))
    arrivals = [row["Arrival_Time"] for row in rows]
    assert arrivals == sorted(arrivals)
    assert {row["Model"] for row in rows} == {"nexus4", "s3"}
    assert {"stairsup", "stairsdown", "null"} < {row["gt"] for row in rows}
    again = datasets.activity(tmp_path / "b", 3, 400, 7)
    assert [f.read_text() for f in files] == [f.read_text() for f in again]
    with pytest.raises(ValueError):
        datasets.activity(tmp_path, rows_per_file=0)
