"""A notebook's cells made to run in Python 3, and what was changed or is left to do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from caudal.notebook.cells import whole_cell_magics
from caudal.notebook.convert import gone, prints, python2
from caudal.notebook.sources import Cell, Source

__all__ = ["Converted", "converted"]


@dataclass
class Converted:
    """The cells, and a line for each change and for each thing that is left to do."""

    cells: list[Cell]
    changes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Code cells that are not valid Python yet, by their numbers.
    broken: list[int] = field(default_factory=list)


def converted(source: Source) -> Converted:
    """The cells of a file as ones that run.

    A notebook counts as Python 2 where it says so, or where a cell is no Python 3 and has print
    statements; then all its cells are read so.
    """
    is_old = (source.language_version or "").startswith("2") or any(
        _is_python2(text) for text in source.code
    )
    has_calls = any("import print_function" in text for text in source.code)
    result = Converted([])
    number = 0
    for cell in source.cells:
        if cell.kind != "code":
            result.cells.append(cell)
            continue
        number += 1
        result.cells.append(Cell("code", _cell(cell.text, number, is_old, has_calls, result)))
    return result


def _is_python2(text: str) -> bool:
    code, _ = _without_magics(text)
    return code is not None and not _parses(code) and prints.converted(code)[1] > 0


def _cell(text: str, number: int, is_old: bool, has_calls: bool, result: Converted) -> str:
    code, magics = _without_magics(text)
    if code is None:
        _note_magic(text, number, result)
        return text
    changes: list[str] = []
    is_valid = _parses(code)
    # `print >>f, a` and `print (a), b` are valid in Python 3 and something else.
    if (not is_valid or is_old) and not has_calls:
        code, count = prints.converted(code, keeps_calls=is_valid)
        if count:
            changes.append("a print statement" if count == 1 else f"{count} print statements")
    if is_old and python2.has_fixers():
        code, fixed = python2.modernised(code)
        changes += fixed
    if is_old and not _parses(code) and _parses(_expanded(code)):
        code = _expanded(code)
        changes.append("tabs among spaces")
    if re.search(r"\bfindspark\b|pip install .*\bpyspark\b", text):
        result.notes.append(
            f"code cell {number}: it gets a real Spark, which is not needed here: take that out"
        )
    if changes:
        result.changes.append(f"code cell {number}: {', '.join(changes)}")
    _check(code, number, is_old, result)
    return _with_magics(code, magics)


def _check(code: str, number: int, is_old: bool, result: Converted) -> None:
    try:
        tree = ast.parse(_dedented(code))
    except SyntaxError as error:
        needs = "" if python2.has_fixers() else " (pip install 'caudal[convert]' converts more)"
        result.broken.append(number)
        result.notes.append(
            f"code cell {number}: line {error.lineno} is not Python 3: {error.msg}{needs}"
        )
        return
    if is_old:
        result.notes += [f"code cell {number}: {said}" for said in gone.gone(tree)]
    lines = python2.whole_divisions(tree) if is_old and "import division" not in code else []
    if lines:
        where = ", ".join(map(str, lines))
        result.notes.append(
            f"code cell {number}: '/' in line {where} divided ints to whole numbers in Python 2: "
            "write // where that is meant"
        )


def _note_magic(text: str, number: int, result: Converted) -> None:
    name = text.split(None, 1)[0].lstrip("%").lower()
    if name in ("scala", "r"):
        result.notes.append(f"code cell {number}: %{name} does not run here; it is left as it is")


# Magics and shell lines are no Python: they stand aside while the rest is read.

_NO_PYTHON = re.compile(r"^(\s*)([%!].*|[\w, ]+=\s*[%!][A-Za-z].*|.*\S\?\??\s*)$")
_PLACE = re.compile(r"^(\s*)pass  # caudal: (\d+)$", re.MULTILINE)


def _without_magics(text: str) -> tuple[str | None, list[str]]:
    """The text with its magic lines as ``pass``, and those lines; no text for a cell that is a
    magic as a whole."""
    lines = text.split("\n")
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    as_read = whole_cell_magics([f"{line}\n" for line in lines])
    is_python = re.match(r"\s*%python\b", first) is not None
    if first.startswith("%%") or (as_read and as_read[0].startswith("%%") and not is_python):
        return None, []
    magics: list[str] = []
    out = []
    for line in lines:
        found = _NO_PYTHON.match(line) if _could_be_magic(line) else None
        if found is None:
            out.append(line)
        else:
            out.append(f"{found[1]}pass  # caudal: {len(magics)}")
            magics.append(found[2])
    return "\n".join(out), magics


def _could_be_magic(line: str) -> bool:
    start = line.lstrip()
    is_help = start.rstrip().endswith("?") and "#" not in line and '"' not in line
    return start.startswith(("%", "!")) or is_help or bool(re.match(r"[\w, ]+=\s*[%!]\w", start))


def _with_magics(code: str, magics: Iterable[str]) -> str:
    kept = list(magics)
    return _PLACE.sub(lambda found: found[1] + kept[int(found[2])], code)


def _dedented(code: str) -> str:
    """The cell as IPython reads it: where its first line is indented, all lines are by as much."""
    lines = code.split("\n")
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "\n".join(line.removeprefix(indent) for line in lines) if indent else code


def _expanded(code: str) -> str:
    """Tabs before statements as Python 2 took them: to the next place of eight."""
    return re.sub(r"^[ \t]+", lambda found: found[0].expandtabs(8), code, flags=re.MULTILINE)


def _parses(code: str) -> bool:
    try:
        ast.parse(_dedented(code))
    except (SyntaxError, ValueError):
        return False
    return True
