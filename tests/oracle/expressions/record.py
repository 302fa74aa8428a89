"""Records what real Spark answers to random expressions:
``python -m tests.oracle.expressions.record [block …]``. Needs Java and PySpark 4.3.0.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from .. import harness
from .ask import Answer, answers
from .draw import expressions

HERE = Path(__file__).resolve().parent
RECORDED = HERE / "recorded"

#: Name of a block, its mode, its seed.
BLOCKS = [(f"{mode}_{n}", mode, 100 * n + at) for at, mode in enumerate(("ansi", "legacy"))
          for n in (1, 2, 3)]  # fmt: skip
COUNT = 600


def main(wanted: list[str]) -> int:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    sessions = harness.Sessions("pyspark")
    try:
        for name, mode, seed in BLOCKS:
            if not wanted or name in wanted:
                begun = time.monotonic()
                texts = expressions(seed, COUNT)
                write(name, texts, answers(sessions.fresh(), mode, texts))
                print(f"{name} {time.monotonic() - begun:.0f} s", flush=True)
    finally:
        sessions.close()
    return 0


def write(name: str, texts: list[str], found: list[Answer]) -> None:
    RECORDED.mkdir(exist_ok=True)
    lines = [json.dumps([t, *a], ensure_ascii=False) for t, a in zip(texts, found, strict=True)]
    (RECORDED / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def read(name: str) -> tuple[list[str], list[Answer]]:
    """The expressions of a block and the answers to them."""
    text = (RECORDED / f"{name}.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.split("\n") if line]
    return [line[0] for line in lines], [line[1:] for line in lines]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
