"""What a stream has given in the end is what a batch gives over the same rows.

Random rows, cut at random into files and batches, late at random within the watermark,
and queries that are stopped at random and started again from their checkpoint. A seed
makes all of it; ``CAUDAL_PROPERTY_SEEDS`` says how many (more than a few take long).
To add an operator, add a row to ``CASES``.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from caudal.sql import functions as F

SEEDS = int(os.environ.get("CAUDAL_PROPERTY_SEEDS", "4"))
SCHEMA = "t TIMESTAMP, k STRING, v LONG"
FIRST_SECOND = 1_700_000_000
DELAY = 30

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """``build`` of a stream is compared with ``expected`` of all its rows at once."""

    mode: str
    build: Callable[..., Any]
    folders: int = 1
    expected: Callable[..., Any] | None = None
    """Where it is not ``build`` itself."""
    closes: bool = False
    """Results come once the watermark has passed: a last row lets it."""


def marked(df: Any) -> Any:
    return df.withWatermark("t", f"{DELAY} seconds")


def tumbling(df: Any) -> Any:
    return marked(df).groupBy(F.window("t", "10 seconds"), "k").agg(F.count("*"), F.sum("v"))


def sliding(df: Any) -> Any:
    windows = F.window("t", "20 seconds", "10 seconds")
    return marked(df).groupBy(windows).agg(F.min("v"), F.max("v"), F.avg("v"))


def window_of_window(df: Any) -> Any:
    inner = marked(df).groupBy(F.window("t", "10 seconds"), "k").agg(F.sum("v").alias("s"))
    return inner.groupBy(F.window("window", "20 seconds")).agg(F.count("*"), F.sum("s"))


def by_key(df: Any) -> Any:
    return df.groupBy("k").agg(
        F.count("*"), F.count("v"), F.sum("v"), F.min("t"), F.max("v"), F.avg("v")
    )


def sessions(df: Any) -> Any:
    gap = F.session_window("t", "5 seconds")
    return marked(df).groupBy(gap, "k").agg(F.count("*"), F.sum("v"))


def near_pairs(left: Any, right: Any) -> Any:
    """Pairs of a key that are at most ten seconds apart."""
    right = marked(right).select(F.col("t").alias("rt"), F.col("k").alias("rk"), "v")
    near = "k = rk AND rt BETWEEN t - INTERVAL 10 SECONDS AND t + INTERVAL 10 SECONDS"
    return marked(left).select("t", "k").join(right, F.expr(near))


CASES: dict[str, Case] = {
    "map": Case("append", lambda df: df.where("v % 2 = 0").select("k", (F.col("v") * 3))),
    "aggregation, complete": Case("complete", by_key),
    "aggregation, update": Case("update", by_key),
    "windows, append": Case("append", tumbling, closes=True),
    "sliding windows, append": Case("append", sliding, closes=True),
    "windows of windows, append": Case("append", window_of_window, closes=True),
    "sessions, append": Case("append", sessions, closes=True),
    "sessions, complete": Case("complete", sessions),
    "join": Case("append", near_pairs, folders=2),
    "dropDuplicates": Case("append", lambda df: df.select("k", "v").dropDuplicates()),
    "dropDuplicates with a watermark": Case(
        "append", lambda df: marked(df).select("t", "k").dropDuplicates(["t", "k"])
    ),
    "dropDuplicatesWithinWatermark": Case(
        # All rows of a run lie within the delay here, so that each key comes once.
        "append",
        lambda df: (
            df.withWatermark("t", "10 hours")
            .select("t", "k")
            .dropDuplicatesWithinWatermark(["k"])
            .select("k")
        ),
        expected=lambda df: df.select("k").distinct(),
    ),
}


@dataclass
class Course:
    """What a seed makes of a case: files, and between them restarts."""

    case: Case
    root: Path
    chance: random.Random
    rows: list[Rows] = field(default_factory=list)
    files: int = 0

    def more_rows(self, second: int) -> Rows:
        """Of a time, or late, by no more than the delay."""
        draw = self.chance
        return [
            {
                "t": FIRST_SECOND + second - draw.choice([0, 0, 0, draw.randrange(DELAY)]),
                "k": draw.choice(["a", "b", "c", "d", None]),
                "v": draw.choice([draw.randrange(-20, 20), None]),
            }
            for _ in range(draw.randrange(1, 12))
        ]

    def write(self, folder: int, rows: Rows) -> None:
        place = self.root / str(folder)
        place.mkdir(exist_ok=True)
        self.files += 1
        draft = self.root / ".draft"
        draft.write_text("".join(json.dumps(row) + "\n" for row in rows))
        os.utime(draft, (FIRST_SECOND + self.files, FIRST_SECOND + self.files))
        draft.rename(place / f"{self.files:04}.json")

    def streams(self, spark: Any) -> list[Any]:
        reader = spark.readStream.schema(SCHEMA)
        if self.chance.random() < 0.7:
            reader = reader.option("maxFilesPerTrigger", self.chance.randrange(1, 4))
        return [reader.json(str(self.root / str(folder))) for folder in range(self.case.folders)]


def run(spark: Any, course: Course) -> Counter[str]:
    """The rows that the query has given, of update mode the last one of each key."""
    batches: dict[int, list[Any]] = {}

    def start() -> Any:
        frame = course.case.build(*course.streams(spark))
        writer = frame.writeStream.outputMode(course.case.mode)
        writer = writer.option("checkpointLocation", str(course.root / "checkpoint"))
        return writer.foreachBatch(lambda df, n: batches.update({n: df.collect()})).start()

    folders = range(course.case.folders)
    course.rows = [[] for _ in folders]
    for folder in folders:
        (course.root / str(folder)).mkdir()
    second, query = 0, start()
    for _ in range(course.chance.randrange(3, 9)):
        for folder in folders:
            for _ in range(course.chance.randrange(0, 3)):
                rows = course.more_rows(second)
                course.rows[folder] += rows
                course.write(folder, rows)
        second += course.chance.randrange(0, 25)
        if course.chance.random() < 0.4:
            if course.chance.random() < 0.5:
                query.processAllAvailable()
            query.stop()
            query = start()
        elif course.chance.random() < 0.7:
            query.processAllAvailable()
    query.processAllAvailable()
    if course.case.closes:
        for late in (0, 1):
            for folder in folders:
                far = {"t": FIRST_SECOND + 1_000_000 + late, "k": "end", "v": None}
                course.write(folder, [far])
            query.processAllAvailable()
    query.stop()
    return merged(course.case.mode, [batches[number] for number in sorted(batches)])


def merged(mode: str, batches: list[list[Any]]) -> Counter[str]:
    if mode == "complete":
        return Counter(str(tuple(row)) for row in (batches or [[]])[-1])
    if mode == "update":
        return Counter({row[0]: str(tuple(row)) for rows in batches for row in rows}.values())
    return Counter(str(tuple(row)) for rows in batches for row in rows)


def expected_of(spark: Any, course: Course) -> Counter[str]:
    frames = []
    for number, rows in enumerate(course.rows):
        path = course.root / f"all-{number}.json"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        frames.append(spark.read.schema(SCHEMA).json(str(path)))
    build = course.case.expected or course.case.build
    return Counter(str(tuple(row)) for row in build(*frames).collect())


@pytest.mark.parametrize("name", CASES)
def test_a_stream_gives_what_a_batch_gives(name: str, spark: Any, tmp_path: Path) -> None:
    for seed in range(SEEDS):
        root = tmp_path / str(seed)
        root.mkdir()
        course = Course(CASES[name], root, random.Random(f"{name} {seed}"))
        given = run(spark, course)
        expected = expected_of(spark, course)
        assert given == expected, f"seed {seed}"
