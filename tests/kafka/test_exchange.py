"""A checkpoint of a query from Kafka into files goes from real Spark to Caudal and back.

With Java, Maven and PySpark each goes on with what the other has just written, and neither
loses a record nor writes one twice. ``CAUDAL_SPARK_PYTHON`` names a Python that has
PySpark; else it is the one that `make oracle` sets up.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ..crash.test_spark_checkpoints import SPARK_PYTHON
from . import spark_jars
from .topics import Kafka

PROGRAM = Path(__file__).resolve().with_name("copy_query.py")
OF_SPARK = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
}


class Copy:
    """The query over a growing topic, run by the one or the other."""

    def __init__(self, kafka: Kafka, folder: Path) -> None:
        self.kafka = kafka
        self.topic = kafka.topic("exchange", partitions=2)
        self.folder = folder
        self.produced: list[str] = []

    def produce(self, count: int) -> None:
        first = len(self.produced)
        new = [f"record {number}" for number in range(first, first + count)]
        self.kafka.produce(self.topic, [(None, value, i % 2) for i, value in enumerate(new)])
        self.produced += new

    def _run(self, program: list[str], settings: dict[str, str]) -> None:
        arguments = [json.dumps(settings), self.kafka.bootstrap, self.topic, str(self.folder)]
        done = subprocess.run(
            [*program, str(PROGRAM), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]

    def in_caudal(self) -> None:
        self._run([str(Path(sys.executable).with_name("caudal")), "run"], {})

    def in_spark(self) -> None:
        self._run([str(SPARK_PYTHON)], {**OF_SPARK, spark_jars.SETTING: spark_jars.spark_jars()})

    def written(self) -> list[str]:
        lines = [p.read_text().splitlines() for p in (self.folder / "out").glob("part-*.json")]
        return sorted(json.loads(line)["value"] for file in lines for line in file)

    def offsets(self) -> dict[str, int]:
        """What the newest batch of the checkpoint has read up to."""
        log = self.folder / "checkpoint" / "offsets"
        newest = max((p for p in log.iterdir() if p.name.isdigit()), key=lambda p: int(p.name))
        found = json.loads(newest.read_text().splitlines()[-1])
        return found[self.topic]


@pytest.mark.needs_spark
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not there")
@pytest.mark.skipif(shutil.which("mvn") is None, reason="Maven is not there")
@pytest.mark.skipif(not SPARK_PYTHON.exists(), reason=f"no PySpark: {SPARK_PYTHON} is missing")
@pytest.mark.skipif(
    os.environ.get("CAUDAL_ORACLE_IMPL") == "pyspark", reason="compares Caudal with Spark"
)
@pytest.mark.timeout(900)
@pytest.mark.parametrize("spark_begins", [True, False], ids=["Spark begins", "Caudal begins"])
def test_spark_and_caudal_take_turns(kafka: Kafka, tmp_path: Path, spark_begins: bool) -> None:
    copy = Copy(kafka, tmp_path)
    turns: list[Callable[[], None]] = [copy.in_spark, copy.in_caudal] * 2
    for run in turns if spark_begins else turns[1:]:
        copy.produce(7)
        run()
        assert copy.written() == sorted(copy.produced)
        ends = kafka.offsets(copy.topic)
        assert copy.offsets() == {str(number): end for number, (_, end) in ends.items()}
    copy.kafka.add_partitions(copy.topic, 3)
    copy.kafka.produce(copy.topic, [(None, "in the new partition", 2)])
    copy.produced.append("in the new partition")
    turns[0]()
    assert copy.written() == sorted(copy.produced)
    initial = (tmp_path / "checkpoint" / "sources" / "0" / "0").read_bytes()
    assert initial.startswith(b"\0v1\n")
    assert json.loads(initial[4:]) == {copy.topic: {"0": 0, "1": 0}}
