"""Killed or failed between any two steps, a file sink or a table holds each row once.

Readers go by the sink's log. Files of a batch that was cut short may lie beside it; a
reader does not see them. ``spark_sink/`` is what PySpark 4.3.0 wrote in five batches, with
``fileSink.log.compactInterval`` 3 (only the folder in its log is another).
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .storm import PROGRAM, Storm, command
from .test_fault_points import FILES, next_batch, write_events
from .test_spark_checkpoints import SPARK_PYTHON

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


@pytest.mark.parametrize("kind", ["files", "folders", "tables"])
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


@pytest.mark.parametrize("kind", ["folders", "tables"])
def test_killed_at_random_moments_while_writing_files(kind: str, tmp_path: Path) -> None:
    events, expected = undisturbed(kind, tmp_path)
    folder = tmp_path / "killed"
    storm = storm_of(kind, events, folder, seed=7)
    storm.rage(most_kills=10, longest=0.02)
    storm.let_finish()
    assert rows_of(folder) == expected


MANY = 2_000


def many_files(folder: Path) -> list[int]:
    """Files of one to three rows, each row with a number of its own; the numbers."""
    folder.mkdir(parents=True)
    number = 0
    for file in range(MANY):
        rows = range(number, number + 1 + file % 3)
        number = rows.stop
        text = "".join(
            f'{{"t":"2024-01-01T00:00:00Z","k":"{row % 5}","v":{row}}}\n' for row in rows
        )
        path = folder / f"{file:05}.json"
        path.write_text(text, encoding="utf-8")
        os.utime(path, (1_700_000_000 + file, 1_700_000_000 + file))
    return list(range(number))


SPARK_READS = """
import json, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
rows = spark.read.schema("v LONG").json(sys.argv[1]).collect()
print(json.dumps(sorted(row.v for row in rows)))
"""


@pytest.mark.timeout(400)
def test_two_thousand_files_and_forty_kills(tmp_path: Path) -> None:
    expected = many_files(tmp_path / "events" / "0")
    storm = storm_of("many", tmp_path / "events", tmp_path / "killed", seed=11)
    assert not storm.rage(most_kills=40, longest=0.012), "done before it was killed 40 times"
    assert storm.kills == 40
    storm.let_finish()
    numbers = [int(row.rsplit(", ", 1)[1][:-1]) for row in rows_of(tmp_path / "killed")]
    assert sorted(numbers) == expected
    if SPARK_PYTHON.exists() and shutil.which("java"):
        sink = str(tmp_path / "killed" / "output" / "sink")
        program = [str(SPARK_PYTHON), "-c", SPARK_READS, sink]
        ran = subprocess.run(program, check=True, capture_output=True, text=True, timeout=300)
        assert json.loads(ran.stdout.strip().splitlines()[-1]) == expected


KEPT = Path(__file__).resolve().parent / "spark_sink"


def test_a_folder_that_spark_wrote_is_read_by_its_log(tmp_path: Path) -> None:
    from caudal.sql import SparkSession

    sink = tmp_path / "sink"
    shutil.copytree(KEPT, sink)
    for log in (sink / "_spark_metadata").iterdir():
        log.write_text(log.read_text().replace("file:///sink", f"file://{sink}"))
    (sink / "k=k0" / "part-00000-stray.c000.json").write_text('{"v":99}')
    spark = SparkSession.builder.master("local[1]").getOrCreate()
    found = spark.read.schema("v long").json(str(sink)).select("v")
    assert sorted(row.v for row in found.collect()) == [0, 1, 2, 3, 4]
    stream = spark.readStream.schema("v long").json(str(sink)).select("v")
    query = stream.writeStream.format("memory").queryName("of_spark").start()
    query.processAllAvailable()
    query.stop()
    assert sorted(row.v for row in spark.table("of_spark").collect()) == [0, 1, 2, 3, 4]
    # Other tests of this process begin sessions with settings of their own.
    spark.stop()


@pytest.mark.needs_spark
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not there")
@pytest.mark.skipif(not SPARK_PYTHON.exists(), reason=f"no PySpark: {SPARK_PYTHON} is missing")
@pytest.mark.skipif(
    os.environ.get("CAUDAL_ORACLE_IMPL") == "pyspark", reason="compares Caudal with Spark"
)
@pytest.mark.timeout(900)
def test_spark_and_caudal_write_one_sink_in_turns(tmp_path: Path) -> None:
    events, output = tmp_path / "events" / "0", tmp_path / "output"
    events.mkdir(parents=True)
    output.mkdir()
    places = [str(tmp_path / "events"), str(tmp_path / "checkpoint"), str(output)]
    number = 0
    for in_spark in (False, True, False, True):
        for _ in range(4):
            path = events / f"{number:02}.json"
            path.write_text(json.dumps({"t": "2024-01-01T00:00:00Z", "k": "a", "v": number}))
            os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
            number += 1
        spark = [str(SPARK_PYTHON), str(PROGRAM), "folders", *places]
        subprocess.run(
            spark if in_spark else command(["folders", *places]),
            cwd=tmp_path, check=True, capture_output=True, timeout=600,
        )  # fmt: skip
        rows = rows_of(tmp_path)
        assert sorted(int(row.rsplit(", ", 1)[1][:-1]) for row in rows) == list(range(number))
