"""The code cells of the course's documents, taken out of their texts when the tests run.

Two forms: notebooks as text (``In [3]:`` before each cell, what it printed and prose after it) and
Markdown (code in fences). The code is as it stands there, in Python 2 where it is old.
"""

from __future__ import annotations

import ast
import re
import textwrap
from pathlib import Path

from caudal.notebook.convert.prints import converted

from ..lesson.cells import CELL, OUTPUT

# A fence of Python's; one of the documents calls a cell of Python JSON.
_FENCE = re.compile(
    r"^([ \t]*)```[ \t]*(python|json)\b[^\n]*\n(.*?)^\1```", re.MULTILINE | re.DOTALL
)


def code_cells(path: Path) -> list[str]:
    """The code of a document's cells, in order."""
    text = path.read_text(encoding="utf-8")
    if any(CELL.match(line) for line in text.splitlines()):
        return [_code_of(lines) for lines in _notebook_cells(text)]
    found = []
    for fence in _FENCE.finditer(text):
        code = textwrap.dedent(fence[3]).strip("\n")
        if fence[2] == "python" or "import" in code:
            found.append(code)
    return found


def printed_rows(path: Path, cell: int) -> list[list[str]]:
    """The table in commas that a document shows under a cell, its header first."""
    lines = _notebook_cells(path.read_text(encoding="utf-8"))[cell]
    start = next(number for number, line in enumerate(lines) if OUTPUT.match(line))
    rows = []
    for line in lines[start:]:
        if "," not in line:
            break
        rows.append(line.split(","))
    return rows


def _notebook_cells(text: str) -> list[list[str]]:
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if CELL.match(line)]
    ends = [*starts[1:], len(lines)]
    return [lines[start + 1 : end] for start, end in zip(starts, ends, strict=True)]


def _code_of(lines: list[str]) -> str:
    """The longest beginning that is one magic or Python, of 3 or of 2."""
    if lines[0].startswith("%"):
        return lines[0]
    for number, line in enumerate(lines):
        if OUTPUT.match(line):
            lines = lines[:number]
            break
    for end in range(len(lines), 0, -1):
        code = "\n".join(lines[:end])
        # An import that the student is to complete is code, too.
        complete = re.sub(r"^(from \S+ import) #.*$", r"\1 a", code, flags=re.MULTILINE)
        try:
            ast.parse(converted(complete)[0])
        except SyntaxError:
            continue
        return code.strip()
    raise ValueError(f"no code in the cell that begins {lines[0]!r}")
