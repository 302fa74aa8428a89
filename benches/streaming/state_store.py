"""The state store alone, with ten million keys: memory a key, batches, snapshots, recovery.

Each run is a process of its own (`ten_million_keys`, an ignored test of the Rust core, which
prints figures), because memory that was given back to the allocator counts as resident. Needs
cargo, 2 GB of memory and 3 GB of disk. ``--runs 3`` by default.
"""

import argparse
import re
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [
    *("cargo", "test", "--release", "--locked", "--no-default-features", "--lib"),
    *("ten_million_keys", "--", "--ignored", "--nocapture"),
]
FIGURE = re.compile(r"^([a-z][^:]*): (.*\d.*)$")
NUMBER = re.compile(r"(?:(\w+) )?([\d.]+) (ms|s|bytes a key)\b")


def run() -> list[tuple[str, float, str]]:
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
    figures = []
    for line in done.stdout.splitlines():
        if match := FIGURE.match(line):
            for kind, number, unit in NUMBER.findall(match[2]):
                name = f"{match[1]}, {kind}" if kind else match[1]
                figures.append((name, float(number), unit))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    found: dict[tuple[str, str], list[float]] = {}
    for _ in range(runs):
        for name, number, unit in run():
            found.setdefault((name, unit), []).append(number)
    print(f"state of 10,000,000 keys of 16 bytes, values of 24; median of {runs} runs (all)")
    for (name, unit), numbers in found.items():
        shown = " ".join(f"{number:g}" for number in numbers)
        print(f"  {name}: {statistics.median(numbers):g} {unit} ({shown})")


if __name__ == "__main__":
    main()
