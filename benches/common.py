"""What every benchmark shares: versions, peers, data, processes, and the row for the README.

A benchmark measures Caudal and a peer in the same minute and prints a ratio. Nothing here
asserts: figures are for readers, tests are for truth.
"""

import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "caudal" / "bench"
LESSON = ROOT / "tests" / "lesson" / "programs" / "eventos.py"


# Peers.


def spark_python() -> Path | None:
    """An interpreter with PySpark: ``CAUDAL_SPARK_PYTHON``, or what `make oracle` made."""
    named = os.environ.get("CAUDAL_SPARK_PYTHON")
    python = Path(named) if named else ROOT / ".venv-oracle" / "bin" / "python"
    return python if python.exists() and shutil.which("java") else None


def missing(peer: str, how: str) -> None:
    print(f"  {peer} is missing, so this is not compared with it: {how}")


def missing_spark() -> None:
    missing(
        "PySpark", "needs Java 17 and CAUDAL_SPARK_PYTHON, or the .venv-oracle of `make oracle`"
    )


def version(python: Path | str, module: str) -> str:
    """The version of `module` under another interpreter, or ``?``."""
    code = f"import importlib.metadata as m; print(m.version({module!r}))"
    ran = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    return ran.stdout.strip() or "?"


def heading(title: str) -> None:
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"\n== {title}")
    print(
        f"   {time.strftime('%Y-%m-%d')}, {platform.machine()}, {cpus} cores, "
        f"Python {platform.python_version()}, caudal {version(sys.executable, 'caudal')}"
    )


# Results.


def row(what: str, ours: str, peer: str, theirs: str, ratio: float | None) -> None:
    """Prints one line of the README's table, and keeps it for `run_all`."""
    shown = "" if ratio is None else f"{ratio:.2f}×" if ratio < 10 else f"{ratio:.0f}×"
    line = f"| {what} | {ours} | {peer} | {theirs} | {shown} |"
    print(line)
    kept = os.environ.get("CAUDAL_BENCH_ROWS")
    if kept:
        with open(kept, "a", encoding="utf-8") as file:
            file.write(line + "\n")


def seconds(value: float) -> str:
    if value < 0.01:
        return f"{value * 1000:.2f} ms"
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


# Processes.


def run_json(command: Sequence[str | Path], **env: str) -> Any:
    """The JSON in the last line that `command` prints."""
    ran = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        check=False,
    )
    if ran.returncode:
        raise SystemExit(f"{command[0]} failed:\n{ran.stdout[-2000:]}\n{ran.stderr[-4000:]}")
    return json.loads(ran.stdout.strip().splitlines()[-1])


@dataclass
class Measured:
    """One life of a process and of all that it started."""

    seconds: float
    peak_mib: float


def measure(command: Sequence[str | Path], cwd: Path) -> Measured:
    """Runs `command`; the peak is of the whole process tree (PySpark is two processes)."""
    began = time.perf_counter()
    errors = cwd / "stderr.txt"
    with errors.open("w") as sink:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=cwd, stdout=subprocess.DEVNULL, stderr=sink
        )
        peak, ended = [0], threading.Event()

        def watch() -> None:
            while not ended.wait(0.02):
                peak[0] = max(peak[0], sum(map(resident_kib, tree(process.pid))))

        watcher = threading.Thread(target=watch)
        watcher.start()
        code = process.wait()
        took = time.perf_counter() - began
        ended.set()
        watcher.join()
    if code:
        raise SystemExit(f"{command} ended with {code}:\n{errors.read_text()[-4000:]}")
    return Measured(took, peak[0] / 1024)


def tree(pid: int) -> list[int]:
    """A process and all below it (Linux; only the process itself elsewhere)."""
    found = [pid]
    for each in found:
        children = Path(f"/proc/{each}/task/{each}/children")
        try:
            found += map(int, children.read_text().split())
        except OSError:
            continue
    return found


def resident_kib(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return next((int(line.split()[1]) for line in lines), 0)


# Data.


def event_files(name: str, files: int, rows_in_a_file: int) -> Path:
    """A folder of NDJSON events, made from a fixed seed once and kept in the cache."""
    folder = CACHE / f"{name}-{files}x{rows_in_a_file}"
    if (folder / "_SUCCESS").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    print(f"  making {files * rows_in_a_file:,} events in {folder}")
    chance = random.Random(20160726)
    step = 52 * 3600 / (files * rows_in_a_file)
    at = 1_469_501_107.0
    for number in range(files):
        lines = []
        for _ in range(rows_in_a_file):
            at += step
            action = "Open" if chance.random() < 0.5 else "Close"
            lines.append(f'{{"time":{int(at)},"action":"{action}"}}\n')
        (folder / f"file-{number:04}.json").write_text("".join(lines))
    (folder / "_SUCCESS").touch()
    return folder
