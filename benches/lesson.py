"""The whole events lesson, from starting Python to its end, beside PySpark."""

import sys
import tempfile
from pathlib import Path

from common import (
    LESSON,
    event_files,
    heading,
    measure,
    median,
    missing_spark,
    row,
    seconds,
    spark_python,
    version,
)

RUNS = 5
ACTIVATED = (
    "import caudal, runpy, sys; caudal.activate(); sys.argv = sys.argv[1:]; "
    "runpy.run_path(sys.argv[0], run_name='__main__')"
)


def main() -> None:
    heading(f"the whole lesson (median of {RUNS} fresh processes; PySpark once)")
    folder = event_files("events", 50, 2000)
    with tempfile.TemporaryDirectory() as scratch:
        cwd = Path(scratch)
        arguments = [LESSON, folder, cwd / "answers.json"]
        ours = [measure([sys.executable, "-c", ACTIVATED, *arguments], cwd) for _ in range(RUNS)]
        took, peak = median([m.seconds for m in ours]), max(m.peak_mib for m in ours)
        print(f"  caudal: {seconds(took)}, peak {peak:.0f} MiB")
        peer = spark_python()
        if peer is None:
            missing_spark()
            row("the whole lesson", seconds(took), "", "", None)
            row("the lesson's peak memory", f"{peak:.0f} MiB", "", "", None)
            return
        theirs = measure([peer, *arguments], cwd)
    name = f"PySpark {version(peer, 'pyspark')}"
    row("the whole lesson", seconds(took), name, seconds(theirs.seconds), theirs.seconds / took)
    row(
        "the lesson's peak memory",
        f"{peak:.0f} MiB",
        name,
        f"{theirs.peak_mib:.0f} MiB",
        theirs.peak_mib / peak,
    )


if __name__ == "__main__":
    main()
