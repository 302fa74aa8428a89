"""The jars that make real PySpark speak to Kafka, pinned, fetched once by Maven.

``CAUDAL_SPARK_KAFKA_JARS`` names a folder that holds them already. The connector is of the
version before PySpark's: its 4.3.0 was not to be had where the recordings were made.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

CONNECTOR = "org.apache.spark:spark-sql-kafka-0-10_2.13:4.2.0"
JARS = [
    CONNECTOR,
    "org.apache.spark:spark-token-provider-kafka-0-10_2.13:4.1.0-preview1",
    "org.apache.kafka:kafka-clients:3.9.2",
    "org.apache.commons:commons-pool2:2.13.1",
]
SETTING = "spark.jars"


class JarsMissing(Exception):
    """The jars are not here and cannot be fetched; the message says why."""


def spark_jars() -> str:
    """The jars as the value of ``spark.jars``."""
    named = os.environ.get("CAUDAL_SPARK_KAFKA_JARS")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(named) if named else cache / "caudal" / "spark-kafka-4.2.0"
    wanted = [folder / _file(jar) for jar in JARS]
    if not all(path.exists() for path in wanted):
        if named:
            raise JarsMissing(f"CAUDAL_SPARK_KAFKA_JARS names {named}, which lacks one of {JARS}")
        _fetch(folder)
    return ",".join(map(str, wanted))


def versions() -> dict[str, str]:
    """Artifact and version of each jar."""
    return {jar.split(":")[1]: jar.split(":")[2] for jar in JARS}


def _file(jar: str) -> str:
    _, artifact, version = jar.split(":")
    return f"{artifact}-{version}.jar"


def _fetch(folder: Path) -> None:
    if shutil.which("mvn") is None:
        raise JarsMissing("Maven (mvn) fetches Spark's Kafka connector and was not found")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as elsewhere:  # away from any pom.xml
        for jar in JARS:
            command = ["mvn", "-q", "-B", f"{_PLUGIN}:get", f"-Dartifact={jar}"]
            _maven([*command, "-Dtransitive=false"], elsewhere)
            command = ["mvn", "-q", "-B", f"{_PLUGIN}:copy", f"-Dartifact={jar}"]
            _maven([*command, f"-DoutputDirectory={folder}"], elsewhere)


_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


def _maven(command: list[str], folder: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise JarsMissing(f"{' '.join(command)}\n{done.stdout[-2000:]}")
