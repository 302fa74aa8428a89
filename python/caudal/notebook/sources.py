"""Notebooks as files: which cells are in them. ``%run`` and ``caudal convert`` read them so.

Read are ``.ipynb`` (formats 3 and 4), a hosted notebook's source files (``.py`` and ``.sql`` with
``COMMAND ----------`` between the cells and ``MAGIC`` before lines of other languages), Jupyter's
exports (``# In[3]:``), files in cells by ``# %%``, and plain Python as one cell. Archives and pages
of hosted notebooks are `exports`.
"""

from __future__ import annotations

import json
import re
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from caudal.errors import PySparkValueError

__all__ = ["Cell", "Source", "find_notebook", "hosted_cell", "read"]


@dataclass
class Cell:
    """A cell: ``code`` (magics among it), ``markdown`` or ``raw``."""

    kind: str
    text: str
    # The pictures that a Markdown cell of Jupyter's carries.
    attachments: dict[str, Any] | None = None


@dataclass
class Source:
    """The cells of a file, and what kind of file it was."""

    cells: list[Cell]
    form: str
    # What the file says of its language, for example ``2.7.15``; None where it says nothing.
    language_version: str | None = None

    @property
    def code(self) -> list[str]:
        """The code cells' texts."""
        return [cell.text for cell in self.cells if cell.kind == "code"]


def find_notebook(name: str, folder: Path) -> Path:
    """The file that ``%run NAME`` means, beside `folder`'s notebooks.

    Raises
    ------
    PySparkValueError
        Where there is none; the message names those that were looked for.
    """
    path = folder / name
    candidates = [path, *(path.with_name(path.name + end) for end in (".ipynb", ".py", ".sql"))]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    tried = ", ".join(str(candidate) for candidate in candidates)
    raise PySparkValueError(f"there is no notebook {name!r}: {tried}")


def read(path: Path) -> Source:
    """The cells of a file.

    Raises
    ------
    PySparkValueError
        For a file of another kind, or an ``.ipynb`` that is none.
    """
    kind = path.suffix.lower()
    if kind not in (".ipynb", ".py", ".sql"):
        raise PySparkValueError(f"{path.name}: only .ipynb, .py and .sql are read, not {kind!r}")
    text = _text(path)
    if kind == ".ipynb":
        return _ipynb(path, text)
    mark = "#" if kind == ".py" else "--"
    if re.search(rf"^{mark} (COMMAND -{{10}}|Databricks notebook source)\s*$", text, re.MULTILINE):
        return Source(_hosted(text, mark), "Databricks source")
    if kind == ".sql":
        return Source([Cell("code", f"%sql\n{text.strip()}")], "SQL")
    if re.search(r"^# In ?\[[ \d*]*\]:\s*$", text, re.MULTILINE):
        return Source(_exported(text), "export of Jupyter's")
    if re.search(r"^# %%", text, re.MULTILINE):
        return Source(_percent(text), "Python in cells")
    return Source([Cell("code", text.strip("\n"))], "Python")


def _text(path: Path) -> str:
    """A file's text; a program's own first lines may say that it is not UTF-8."""
    if path.suffix.lower() != ".py":
        return path.read_text(encoding="utf-8-sig")
    try:
        with tokenize.open(path) as opened:
            return opened.read()
    except SyntaxError as error:
        raise PySparkValueError(f"{path.name}: {error}") from None


# A hosted notebook's source.

_TITLE = re.compile(r"^DBTITLE \d+,(.*)$")


def _hosted(text: str, mark: str) -> list[Cell]:
    lines = text.splitlines()
    if lines and lines[0].strip() == f"{mark} Databricks notebook source":
        lines = lines[1:]
    parts: list[list[str]] = [[]]
    for line in lines:
        if re.fullmatch(rf"{mark} COMMAND -{{10}}\s*", line):
            parts.append([])
        else:
            parts[-1].append(line)
    return [cell for part in parts for cell in _hosted_cell(part, mark)]


def _hosted_cell(lines: list[str], mark: str) -> list[Cell]:
    cells: list[Cell] = []
    body: list[str] = []
    is_magic = False
    for line in lines:
        comment = line.removeprefix(f"{mark} ") if line.startswith(f"{mark} ") else ""
        title = _TITLE.match(comment)
        if title and not any(body):
            cells.append(Cell("markdown", f"#### {title[1].strip()}"))
        elif comment == "MAGIC" or comment.startswith("MAGIC "):
            is_magic = True
            body.append(comment[6:])
        else:
            body.append(line)
    source = "\n".join(body).strip("\n")
    if not source.strip():
        return cells
    if mark == "--" and not is_magic:
        source = f"%sql\n{source}"
    return [*cells, hosted_cell(source, is_magic)]


def hosted_cell(text: str, is_magic: bool) -> Cell:
    """A hosted notebook's cell: Markdown where its magic says so."""
    markdown = re.match(r"%md(-sandbox)?[ \t]*\n?", text)
    if is_magic and markdown:
        return Cell("markdown", text[markdown.end() :].strip("\n"))
    return Cell("code", text)


# Python files in cells.


def _exported(text: str) -> list[Cell]:
    parts = re.split(r"^# In ?\[[ \d*]*\]:[ \t]*\n", text, flags=re.MULTILINE)
    cells = _comments_first(parts[0])
    for part in parts[1:]:
        code, prose = _trailing_comments(part)
        cells += [Cell("code", code)] if code else []
        cells += prose
    return cells


def _trailing_comments(part: str) -> tuple[str, list[Cell]]:
    """A cell of an export, and the Markdown that follows it as comments after an empty line."""
    lines = part.rstrip("\n").split("\n")
    start = len(lines)
    while start and (not lines[start - 1].strip() or lines[start - 1].startswith("#")):
        start -= 1
    # Comments that stand against the code are the code's.
    while start < len(lines) and lines[start].startswith("#"):
        start += 1
    code = "\n".join(lines[:start]).strip("\n")
    return code, _comments_first("\n".join(lines[start:]))


def _comments_first(text: str) -> list[Cell]:
    kept = [
        line
        for line in text.split("\n")
        if not re.match(r"#!|#.*coding[:=]", line) and line.strip() not in ("", "#")
    ]
    if not kept:
        return []
    prose = "\n".join(line.removeprefix("#").removeprefix(" ") for line in kept)
    return [Cell("markdown", prose)]


def _percent(text: str) -> list[Cell]:
    cells = []
    pieces = re.split(r"^# %%[ \t]*(.*)\n?", text, flags=re.MULTILINE)
    if pieces[0].strip():
        cells.append(Cell("code", pieces[0].strip("\n")))
    for head, body in zip(pieces[1::2], pieces[2::2], strict=True):
        body = body.strip("\n")
        if "[markdown]" in head or "[md]" in head:
            lines = (line.removeprefix("#").removeprefix(" ") for line in body.split("\n"))
            cells.append(Cell("markdown", "\n".join(lines)))
        elif body.strip():
            cells.append(Cell("code", body))
    return cells


# Jupyter's notebooks.


def _ipynb(path: Path, text: str) -> Source:
    try:
        found = json.loads(text)
        if "worksheets" in found:
            raw = [cell for sheet in found["worksheets"] for cell in sheet["cells"]]
        else:
            raw = found["cells"]
        cells = [cell for one in raw for cell in _jupyter_cell(one)]
        language = found.get("metadata", {}).get("language_info", {}).get("version")
        kernel = found.get("metadata", {}).get("kernelspec", {}).get("name", "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PySparkValueError(f"{path.name} is not a Jupyter notebook: {error!r}") from None
    if language is None and kernel == "python2":
        language = "2"
    return Source(cells, "Jupyter notebook", language)


def _jupyter_cell(cell: dict[str, Any]) -> list[Cell]:
    kind = cell["cell_type"]
    source = cell.get("input" if kind == "code" and "input" in cell else "source", "")
    text = source if isinstance(source, str) else "".join(source)
    if kind == "heading":
        return [Cell("markdown", "#" * int(cell.get("level", 1)) + " " + text)]
    if not text.strip():
        return []
    markdown = re.match(r"%md(-sandbox)?[ \t]*\n?", text)
    if kind == "code" and markdown:
        return [Cell("markdown", text[markdown.end() :].strip("\n"))]
    if kind == "raw":
        return [Cell("raw", text)]
    return [Cell("code" if kind == "code" else "markdown", text, cell.get("attachments"))]
