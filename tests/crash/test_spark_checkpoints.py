"""A checkpoint without state goes from real PySpark to Caudal and back.

The kept one (``spark_checkpoint/``, two batches, made by ``stateless`` of ``queries.py``
under PySpark 4.3.0) is always tested; with Java and PySpark each goes on with what the
other has just written. ``CAUDAL_SPARK_PYTHON`` names a Python that has PySpark; else it
is the one that ``make oracle`` sets up.
"""

import json
import os
import shutil
import subprocess
import sys
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
            command_, cwd=self.root, capture_output=True, text=True, timeout=200, check=False
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
    for log in (query.checkpoint / "sources" / "0").iterdir():
        text = log.read_text()
        log.write_text(text.replace("file:///events", f"file://{query.events}"))
    for number in range(3):
        query.add(number)
    query.in_caudal()
    given = {path.stem: path.read_text() for path in query.output.glob("*.json")}
    assert list(given) == ["2"]
    assert "file 2" in given["2"]
    metadata = json.loads((query.checkpoint / "metadata").read_text())
    assert metadata == json.loads((KEPT / "metadata").read_text())
    assert [query.latest(log) for log in ("offsets", "commits", "sources/0")] == ["2", "2", "2"]


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


def main() -> None:
    """Makes ``spark_checkpoint/`` anew: ``python -m tests.crash.test_spark_checkpoints``."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        query = Query(Path(folder))
        for number in range(2):
            query.add(number)
        query.in_spark()
        shutil.rmtree(KEPT, ignore_errors=True)
        shutil.copytree(query.checkpoint, KEPT, ignore=shutil.ignore_patterns("state"))
        for log in (KEPT / "sources" / "0").iterdir():
            if log.name.endswith(".crc"):
                log.unlink()  # of another path
            else:
                log.write_text(log.read_text().replace(f"file://{query.events}", "file:///events"))


if __name__ == "__main__":
    sys.exit(main())
