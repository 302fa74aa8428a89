"""Records what real PySpark answers: ``python -m tests.oracle.record [filter …]``.

Needs Java and the PySpark of ``harness.SPARK_VERSION``. A filter is a part of
``area/name``. Each program runs twice; one whose two runs differ is not deterministic, is
not written, and makes the recorder fail.
"""

import os
import sys
import time

from . import harness
from .context import CourseDataMissing
from .encoding import Json, pretty


def main(filters: list[str]) -> int:
    import pyspark

    if pyspark.__version__ != harness.SPARK_VERSION:
        print(f"PySpark {harness.SPARK_VERSION} is needed, this is {pyspark.__version__}")
        return 2
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    sessions = harness.Sessions("pyspark")
    try:
        return record(harness.ORACLE, sessions, filters)
    finally:
        sessions.close()


def record(
    collection: harness.Collection,
    sessions: harness.Sessions,
    filters: list[str],
    header: Json | None = None,
) -> int:
    """Records the programs of a collection that a filter names, all where there is none.

    `header` is put on top of each recording. The answer is the command's exit status.
    """
    names = [n for n in collection.names() if not filters or any(part in n for part in filters)]
    failed = [n for n in names if not _record(n, collection, sessions, header or {})]
    if not filters:
        for orphan in collection.recorded() - set(names):
            collection.recording_path(orphan).unlink()
    print(f"{len(names) - len(failed)} of {len(names)} recorded")
    return 1 if failed else 0


def _record(
    name: str, collection: harness.Collection, sessions: harness.Sessions, header: Json
) -> bool:
    start = time.monotonic()
    try:
        first = harness.run_program(name, sessions.fresh(), collection)
        second = harness.run_program(name, sessions.fresh(), collection)
    except CourseDataMissing as missing:
        print(f"skipped {name}: {missing}")
        return True
    problems = _refusals(first) + [
        f"not stable: {d}" for d in harness.differences(first, second).values()
    ]
    took = time.monotonic() - start
    print(f"{'FAILED ' if problems else ''}{name} {took:.1f} s", flush=True)
    for problem in problems:
        print("   " + problem.replace("\n", "\n   "), flush=True)
    if problems:
        return False
    target = collection.recording_path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(pretty(header | first) + "\n")
    return True


def _refusals(recording: Json) -> list[str]:
    """What must not be recorded, because it says more of the program than of Spark."""
    found = []
    for result in recording["results"]:
        if result["kind"] == "unexpected error":
            found.append(f"unexpected error at {result['label']}: {pretty(result)}")
        elif result["kind"] == "error" and result["class"] is None:
            found.append(f"no error at {result['label']}")
        elif result["kind"] == "error" and result["class"].startswith("Py4J"):
            found.append(f"a JVM error without a class of its own at {result['label']}")
    return found or ([] if recording["results"] else ["no results"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
