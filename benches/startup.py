"""From the import to a session that answers: what a learner waits for before line 1."""

import importlib.util
import sys

from common import heading, median, missing_spark, row, run_json, seconds, spark_python, version

RUNS = 15
PROGRAM = """
import time
began = time.perf_counter()
from {package}.sql import SparkSession
imported = time.perf_counter()
spark = SparkSession.builder.getOrCreate()
ready = time.perf_counter()
assert spark.range(3).count() == 3
print([imported - began, ready - began, time.perf_counter() - began])
"""
EXTENSION = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
began = time.perf_counter()
shell.run_line_magic("load_ext", "caudal")
ready = time.perf_counter()
assert shell.user_ns["spark"].range(3).count() == 3
print([ready - began])
"""


def measure(python: object, package: str, runs: int) -> list[float]:
    """Medians: imported, session ready, first answer."""
    code = PROGRAM.format(package=package)
    taken = [run_json([str(python), "-c", code]) for _ in range(runs)]
    return [median([run[step] for run in taken]) for step in range(3)]


def measure_extension() -> None:
    """``%load_ext caudal`` in a shell that is there: no peer has one."""
    if importlib.util.find_spec("IPython") is None:
        print("  %load_ext caudal: IPython is not installed (pip install 'caudal[notebook]')")
        return
    taken = median([run_json([sys.executable, "-c", EXTENSION])[-1] for _ in range(RUNS)])
    row("%load_ext caudal", seconds(taken), "", "", None)


def main() -> None:
    heading(f"start-up (median of {RUNS} fresh processes)")
    ours = measure(sys.executable, "caudal", RUNS)
    print("  caudal: import {}, session {}, first answer {}".format(*map(seconds, ours)))
    measure_extension()
    peer = spark_python()
    if peer is None:
        missing_spark()
        row("import to session", seconds(ours[1]), "", "", None)
        return
    theirs = measure(peer, "pyspark", 1)
    print("  pyspark: import {}, session {}, first answer {}".format(*map(seconds, theirs)))
    name = f"PySpark {version(peer, 'pyspark')}"
    row("import to session", seconds(ours[1]), name, seconds(theirs[1]), theirs[1] / ours[1])
    row("import to first answer", seconds(ours[2]), name, seconds(theirs[2]), theirs[2] / ours[2])


if __name__ == "__main__":
    main()
