"""The programs over Kafka as a collection of the oracle's harness.

A program that noida cannot serve says so in a line ``ONLY_APACHE = "why"``. Knows nothing
of pytest.
"""

import ast
from pathlib import Path
from typing import Any

from ..oracle.harness import Collection
from .context import KafkaContext

HERE = Path(__file__).resolve().parent


def collection(bootstrap: str) -> Collection:
    """The programs, to be run against the broker at `bootstrap`."""

    def make(spark: Any, folder: Path, course_data: Path | None) -> KafkaContext:
        return KafkaContext(spark, folder, course_data, bootstrap)

    return Collection(HERE / "programs", HERE / "recordings", "*.py", make)


def only_apache(path: Path) -> str | None:
    """Why a program needs Apache Kafka; none where it does not."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            names = [name.id for name in statement.targets if isinstance(name, ast.Name)]
            if names == ["ONLY_APACHE"]:
                return str(statement.value.value)
    return None
