"""Runs every benchmark, one after the other, and prints the rows for the README."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
BENCHMARKS = [
    "startup",
    "micro_batches",
    "lesson",
    "live_display",
    "memory",
    "hourly_count",
    "python_functions",
    "tpch/tpch",
    "streaming/aggregate",
    "streaming/continuous",
    "streaming/files",
    "streaming/join",
    "streaming/latency",
    "streaming/state_growth",
]


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        rows = Path(scratch) / "rows.md"
        rows.touch()
        env = {**os.environ, "CAUDAL_BENCH_ROWS": str(rows)}
        for name in BENCHMARKS:
            if subprocess.run(
                [sys.executable, HERE / f"{name}.py"], env=env, check=False
            ).returncode:
                failed.append(name)
        print("\n| what | Caudal | peer | its figure | peer / Caudal |\n|---|---|---|---|---|")
        print(rows.read_text(encoding="utf-8"), end="")
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
