"""A query into Kafka that is killed or fails anywhere loses nothing, and writes nothing twice.

With `caudal.transactional` a reader of what is committed finds each row once, and the number
of the last batch is an offset of the query's own group; without it rows may come twice.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests.crash.storm import Storm

from .topics import Kafka

pytestmark = pytest.mark.crash

PROGRAM = Path(__file__).with_name("copier.py")
BATCHES, ROWS_IN_A_BATCH = 16, 20
ROWS = [str(number) for number in range(BATCHES * ROWS_IN_A_BATCH)]

# As in src/streaming/checkpoint/fault_point.rs, in the order in which a batch comes there.
OF_A_BATCH = [
    "offsets-known",
    "offsets-logged",
    "slots-filled",
    "rows-read",
    "plan-run",
    "sink-staged",
    "sink-named",
    "sink-done",
    "state-committed",
    "batch-committed",
    "offsets-purged",
    "purged",
    "source-committed",
]
OF_A_FILE = ["file-written", "file-synced", "file-named", "file-durable"]
OF_A_SINK = ["sink-staged", "sink-named", "sink-done", "batch-committed"]
NOT_WHEN_RUN_AGAIN = {"offsets-known", "offsets-logged"}


@dataclass
class Copy:
    """One query with a checkpoint of its own, and the topics that it writes to."""

    kafka: Kafka
    folder: Path
    settings: dict[str, Any]
    topics: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, kafka: Kafka, folder: Path, *, source: str = "kafka", **settings: Any) -> "Copy":
        folder.mkdir()
        whole: dict[str, Any] = {
            "bootstrap": kafka.bootstrap,
            "checkpoint": str(folder / "checkpoint"),
            "caudal.transactional": True,
            "batch": ROWS_IN_A_BATCH,
            **settings,
        }
        if source == "kafka":
            whole["from"] = kafka.topic("from")
            kafka.produce(whole["from"], ROWS)
        else:
            whole["files"] = str(folder / "files")
            write_files(folder / "files")
        if "topics" not in whole:
            whole["topic"] = kafka.topic("to", partitions=3)
        return cls(kafka, folder, whole, whole.get("topics", [whole.get("topic")]))

    def storm(self, seed: int = 1) -> Storm:
        return Storm([json.dumps(self.settings)], self.folder, seed, program=PROGRAM)

    def next_batch(self) -> tuple[int, bool]:
        """The batch that runs next, and whether some of its files were written before."""

        def latest(log: str) -> int:
            names = [path.name for path in (self.folder / "checkpoint" / log).glob("[0-9]*")]
            return max((int(name.removesuffix(".compact")) for name in names), default=-1)

        done = latest("commits")
        return done + 1, max(latest("offsets"), latest("sources/0")) > done

    def written(self, *, read_committed: bool = True) -> Counter[str]:
        rows: Counter[str] = Counter()
        for topic in self.topics:
            records = self.kafka.consume(topic, read_committed=read_committed)
            rows.update(r.value.decode() for r in records if r.value is not None)
        return rows

    def marks(self) -> list[int]:
        """What the topics bear of the number after the last batch."""
        first = (self.folder / "checkpoint" / "metadata").read_text().splitlines()[-1]
        group = f"caudal-{json.loads(first)['id']}-batches"
        reader = Consumer({"bootstrap.servers": self.kafka.bootstrap, "group.id": group})
        places = reader.committed([TopicPartition(topic, 0) for topic in self.topics], timeout=30)
        reader.close()
        return [place.offset for place in places]

    def check_exactly_once(self) -> None:
        assert self.written() == Counter(ROWS)
        assert max(self.marks()) == BATCHES

    def check_at_least_once(self) -> None:
        assert set(self.written()) == set(ROWS)


def write_files(folder: Path) -> None:
    folder.mkdir()
    for number in range(BATCHES):
        rows = ROWS[number * ROWS_IN_A_BATCH : (number + 1) * ROWS_IN_A_BATCH]
        (folder / f"{number:02}.txt").write_text("\n".join(rows) + "\n")


def kill_at_each(copy: Copy, points: list[str]) -> int:
    """One run for each point, each of which dies there; then one that nobody kills."""
    storm = copy.storm()
    for point in points:
        batch, again = copy.next_batch()
        # Run again, a batch writes neither offsets nor the source's log.
        if again and (point in NOT_WHEN_RUN_AGAIN or point in OF_A_FILE):
            batch += 1
        if "purged" in point:
            batch = max(batch, 5)
        assert batch < BATCHES, f"no batch is left for {point}"
        assert storm.kill_at(point, batch), f"{point} of batch {batch} was not reached"
    storm.let_finish()
    return storm.kills


@pytest.mark.parametrize("source", ["kafka", "files"])
def test_killed_between_steps_each_row_is_there_once(
    source: str, kafka: Kafka, tmp_path: Path
) -> None:
    copy = Copy.of(kafka, tmp_path / "copy", source=source)
    points = OF_A_BATCH[:10] if source == "kafka" else [*OF_A_SINK, "purged", *OF_A_FILE[:1]]
    assert kill_at_each(copy, points) == len(points)
    copy.check_exactly_once()


def test_killed_around_the_commit_while_topics_change(kafka: Kafka, tmp_path: Path) -> None:
    topics = [kafka.topic(f"to{number}") for number in range(3)]
    copy = Copy.of(kafka, tmp_path / "copy", topics=topics)
    kill_at_each(copy, [*OF_A_SINK, *OF_A_SINK[:2]])
    copy.check_exactly_once()
    assert len(set(copy.marks())) > 1, "the topics were to bear numbers of several batches"


@pytest.mark.parametrize("point", ["sink-staged", "sink-named", "sink-done"])
def test_a_step_that_fails_is_done_again_and_not_twice(
    point: str, kafka: Kafka, tmp_path: Path
) -> None:
    copy = Copy.of(kafka, tmp_path / "copy")
    said = copy.storm().fail_at(point, 3)
    assert f"the fault point {point} was reached" in said
    copy.check_exactly_once()
    if point == "sink-staged":
        everything = copy.written(read_committed=False)
        assert everything.total() == len(ROWS) + ROWS_IN_A_BATCH, "batch 3 was to be sent twice"


@pytest.mark.parametrize("source", ["kafka", "files"])
def test_killed_at_random_moments_each_row_is_there_once(
    source: str, kafka: Kafka, tmp_path: Path
) -> None:
    copy = Copy.of(kafka, tmp_path / "copy", source=source)
    storm = copy.storm(seed=7)
    # Files are copied in a tenth of a second where nothing else runs.
    storm.rage(most_kills=4, longest=0.4 if source == "kafka" else 0.1)
    storm.let_finish()
    copy.check_exactly_once()
    assert storm.kills >= 1


def test_by_default_nothing_is_lost_though_rows_may_come_twice(
    kafka: Kafka, tmp_path: Path
) -> None:
    copy = Copy.of(kafka, tmp_path / "copy", **{"caudal.transactional": False})
    kill_at_each(copy, ["rows-read", "sink-done", "sink-staged", "sink-named", "batch-committed"])
    copy.check_at_least_once()
    twice = [row for row, count in copy.written().items() if count > 1]
    assert len(twice) >= ROWS_IN_A_BATCH, "killed behind the sink, batches come again"


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("source", ["kafka", "files"])
@pytest.mark.parametrize("transactional", [True, False])
def test_killed_between_all_steps(
    transactional: bool, source: str, kafka: Kafka, tmp_path: Path
) -> None:
    points = [*OF_A_BATCH, *OF_A_FILE]
    for number, part in enumerate((points[:9], points[9:])):
        folder = tmp_path / f"copy-{number}"
        copy = Copy.of(kafka, folder, source=source, **{"caudal.transactional": transactional})
        assert kill_at_each(copy, part) == len(part)
        copy.check_exactly_once() if transactional else copy.check_at_least_once()


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("transactional", [True, False])
@pytest.mark.parametrize("source", ["kafka", "files"])
def test_killed_at_many_random_moments(
    source: str, transactional: bool, kafka: Kafka, tmp_path: Path
) -> None:
    kills = 0
    for seed in range(30):
        folder = tmp_path / f"copy-{seed}"
        copy = Copy.of(kafka, folder, source=source, **{"caudal.transactional": transactional})
        storm = copy.storm(seed)
        during_start = seed % 3 == 2
        longest = 0.5 if during_start else 0.2
        storm.rage(most_kills=15, longest=longest, during_start=during_start)
        storm.let_finish()
        copy.check_exactly_once() if transactional else copy.check_at_least_once()
        kills += storm.kills
        if kills >= 60:
            break
    assert kills >= 30
