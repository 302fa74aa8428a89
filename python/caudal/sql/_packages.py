"""Packages of a JVM that a program asks for (`spark.jars.packages`, `--packages`): what
they bring is built in, or they are named in a warning. Knows settings, and no session."""

from __future__ import annotations

import logging
import os
import shlex
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

# Group and artifact, the latter without its Scala version.
_BUILT_IN = {
    "org.apache.spark:spark-sql-kafka-0-10": "Kafka",
    "org.apache.spark:spark-token-provider-kafka-0-10": "Kafka",
    "org.apache.kafka:kafka-clients": "Kafka",
    "org.apache.commons:commons-pool2": "Kafka",
    "org.apache.spark:spark-avro": "Avro",
    "org.apache.spark:spark-protobuf": "Protobuf",
    "com.databricks:spark-avro": "Avro",
    "com.databricks:spark-csv": "CSV",
    "org.apache.hadoop:hadoop-aws": "S3",
    "org.apache.hadoop:hadoop-azure": "Azure storage",
    "com.amazonaws:aws-java-sdk-bundle": "S3",
    "com.google.cloud.bigdataoss:gcs-connector": "Google Cloud Storage",
}
_SEEN: set[str] = set()


def tell_of_packages(settings: Mapping[str, Any]) -> None:
    """Says once of each package what becomes of it: a line in the log (logger ``caudal``)
    for one that is built in, a `UserWarning` for any other."""
    asked = str(settings.get("spark.jars.packages") or "").split(",")
    for package in [*asked, *_submitted()]:
        name = package.strip()
        if name and name not in _SEEN:
            _SEEN.add(name)
            _tell(name)
    for jar in str(settings.get("spark.jars") or "").split(","):
        name = jar.strip()
        if name and name not in _SEEN:
            _SEEN.add(name)
            _warn(f"The jar {name}")


def _submitted() -> Iterable[str]:
    """What `PYSPARK_SUBMIT_ARGS` names after `--packages`, as notebooks set it."""
    try:
        words = shlex.split(os.environ.get("PYSPARK_SUBMIT_ARGS", ""))
    except ValueError:
        return
    for at, word in enumerate(words):
        if word == "--packages" and at + 1 < len(words):
            yield from words[at + 1].split(",")
        elif word.startswith("--packages="):
            yield from word.removeprefix("--packages=").split(",")


def _tell(package: str) -> None:
    group, _, rest = package.partition(":")
    artifact = rest.partition(":")[0].rpartition("_")
    name = artifact[0] if artifact[1] and artifact[2][:1].isdigit() else artifact[2] or rest
    found = _BUILT_IN.get(f"{group}:{name}")
    if found is None:
        _warn(f"The package {package}")
        return
    logging.getLogger("caudal").info("%s is not needed: %s is built in", package, found)


def _warn(what: str) -> None:
    warnings.warn(
        f"{what} is for a JVM, of which there is none here: it is not loaded, and what it "
        "brings is not there.",
        UserWarning,
        stacklevel=5,
    )
