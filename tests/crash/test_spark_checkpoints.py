"""A checkpoint without state goes from real PySpark to Caudal and back.

The kept one (``spark_checkpoint/``, the end of 50 batches of one file each that PySpark
4.3.0 ran; only the folder and the times in its log of files are others) is always tested.
With Java and PySpark each goes on with what the other has just written.
``CAUDAL_SPARK_PYTHON`` names a Python that has PySpark; else it is the one that
``make oracle`` sets up.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .storm import PROGRAM, command

HERE = Path(__file__).resolve().parent
KEPT = HERE / "spark_checkpoint"
SPARK_PYTHON = Path(
    os.environ.get("CAUDAL_SPARK_PYTHON", HERE.parent.parent / ".venv-oracle/bin/python")
)
FIRST_MILLI = 1_700_000_000_000

Output = dict[str, list[str]]


class Query:
    """The query over a growing folder, run by the one or the other."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.checkpoint, self.output = root / "checkpoint", root / "output"
        self.events = root / "events"
        (self.events / "0").mkdir(parents=True)
        self.output.mkdir()

    def add(self, number: int) -> None:
        row = {"t": "2024-01-01T00:00:00Z", "k": f"file {number}", "v": 1}
        path = self.events / "0" / f"{number:02}.json"
        path.write_text(json.dumps(row) + "\n")
        os.utime(path, (FIRST_MILLI / 1000 + number, FIRST_MILLI / 1000 + number))

    def _run(self, command_: list[str]) -> None:
        done = subprocess.run(
            command_, cwd=self.root, capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def arguments(self) -> list[str]:
        return ["stateless", str(self.events), str(self.checkpoint), str(self.output)]

    def in_caudal(self) -> None:
        self._run(command(self.arguments()))

    def in_spark(self) -> None:
        self._run([str(SPARK_PYTHON), str(PROGRAM), *self.arguments()])

    def batches(self) -> list[list[str]]:
        assert not list(self.output.glob("differs-*"))
        paths = sorted(self.output.glob("*.json"), key=lambda path: int(path.stem))
        assert [int(path.stem) for path in paths] == list(range(len(paths)))
        return [[row.split("'")[1] for row in json.loads(path.read_text())] for path in paths]

    def latest(self, log: str) -> str:
        names = [p.name for p in (self.checkpoint / log).iterdir() if p.name[0] != "."]
        return max(names, key=lambda name: int(name.removesuffix(".compact")))


def files(numbers: range) -> list[list[str]]:
    return [[f"file {number}"] for number in numbers]


def test_a_checkpoint_of_spark_is_gone_on_with(tmp_path: Path) -> None:
    query = Query(tmp_path)
    shutil.copytree(KEPT, query.checkpoint)
    log = query.checkpoint / "sources" / "0" / "49.compact"
    log.write_text(log.read_text().replace("file:///events", f"file://{query.events}"))
    taken = [json.loads(line)["path"] for line in log.read_text().splitlines()[1:]]
    assert len(taken) == 50
    for path in taken:
        Path(path.removeprefix("file://")).write_text('{"k": "taken before", "v": 1}\n')
    query.add(1)
    query.in_caudal()
    given = {path.stem: path.read_text() for path in query.output.glob("*.json")}
    assert list(given) == ["50"]
    assert "file 1" in given["50"] and "taken" not in given["50"]
    assert (query.checkpoint / "metadata").read_bytes() == (KEPT / "metadata").read_bytes()
    assert [query.latest(log) for log in ("offsets", "commits", "sources/0")] == ["50"] * 3


def test_a_changed_bit_is_found_by_sparks_sum(tmp_path: Path) -> None:
    query = Query(tmp_path)
    shutil.copytree(KEPT, query.checkpoint)
    plan = query.checkpoint / "offsets" / "49"
    plan.write_text(plan.read_text().replace('{"logOffset":49}', '{"logOffset":48}'))
    with pytest.raises(AssertionError, match="offsets/49 is damaged: it does not fit the checksum"):
        query.in_caudal()


@pytest.mark.needs_spark
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not there")
@pytest.mark.skipif(not SPARK_PYTHON.exists(), reason=f"no PySpark: {SPARK_PYTHON} is missing")
@pytest.mark.skipif(
    os.environ.get("CAUDAL_ORACLE_IMPL") == "pyspark", reason="compares Caudal with Spark"
)
@pytest.mark.timeout(900)
def test_spark_and_caudal_take_turns(tmp_path: Path) -> None:
    query = Query(tmp_path)
    turns: list[Callable[[], None]] = [
        query.in_spark,
        query.in_caudal,
        query.in_spark,
        query.in_caudal,
    ]
    # So many files a turn that each of them writes a compact log of the source.
    for turn, run in enumerate(turns):
        for number in range(6 * turn, 6 * turn + 6):
            query.add(number)
        run()
        assert query.batches() == files(range(6 * turn + 6))
    assert query.latest("sources/0") == "23"
    assert (query.checkpoint / "sources" / "0" / "19.compact").exists()


@pytest.mark.needs_spark
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not there")
@pytest.mark.skipif(not SPARK_PYTHON.exists(), reason=f"no PySpark: {SPARK_PYTHON} is missing")
@pytest.mark.timeout(900)
def test_a_batch_that_one_has_begun_is_run_by_the_other(tmp_path: Path) -> None:
    query = Query(tmp_path)
    for number in range(3):
        query.add(number)
    begun = dict(os.environ, CAUDAL_FAULT="sink-done:1:kill")
    died = subprocess.run(
        command(query.arguments()), cwd=tmp_path, env=begun, capture_output=True, check=False
    )
    assert died.returncode != 0
    assert query.latest("offsets") == "1" and query.latest("commits") == "0"
    query.in_spark()
    assert query.batches() == files(range(3))
