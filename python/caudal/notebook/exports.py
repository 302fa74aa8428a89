"""What hosted notebooks are exported as besides source files: an archive (``.dbc``) of notebooks
as JSON, and a page (``.html``) that carries the same JSON within. Knows nothing of Python 2."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from caudal.errors import PySparkValueError
from caudal.notebook.sources import Cell, Source, hosted_cell

__all__ = ["of_archive", "of_page"]

_MODEL = re.compile(r"__DATABRICKS_NOTEBOOK_MODEL\s*=\s*'([^']+)'")


def of_archive(path: Path) -> list[tuple[PurePosixPath, Source]]:
    """The notebooks of an archive, each with its place there (without an ending), in the
    archive's order.

    Raises
    ------
    PySparkValueError
        For a file that is no archive, or holds no notebook.
    """
    found = []
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith("/"):
                    continue
                model = _model(archive.read(name))
                if model is not None:
                    found.append((_inside(name), _source(model, "Databricks archive")))
    except zipfile.BadZipFile as error:
        raise PySparkValueError(f"{path.name} is not an archive: {error}") from None
    if not found:
        raise PySparkValueError(f"{path.name} holds no notebook")
    return found


def of_page(path: Path) -> Source:
    """The notebook that a page carries.

    Raises
    ------
    PySparkValueError
        For a page without one.
    """
    found = _MODEL.search(path.read_text(encoding="utf-8", errors="replace"))
    try:
        text = unquote(base64.b64decode(found[1], validate=True).decode()) if found else ""
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    model = _model(text)
    if model is None:
        raise PySparkValueError(f"{path.name} is not a page that a hosted notebook was saved as")
    return _source(model, "Databricks page")


def _inside(name: str) -> PurePosixPath:
    """A place below the folder that is written to, whatever the archive says."""
    parts = [part for part in PurePosixPath(name).parts if part not in ("/", "..")]
    return PurePosixPath(*parts).with_suffix("")


def _model(text: str | bytes) -> dict[str, Any] | None:
    try:
        model = json.loads(text)
    except ValueError:
        return None
    is_model = isinstance(model, dict) and isinstance(model.get("commands"), list)
    return model if is_model else None


def _source(model: dict[str, Any], form: str) -> Source:
    commands = [one for one in model["commands"] if isinstance(one, dict)]
    # Those of one place stay as they are.
    commands.sort(key=lambda one: float(one.get("position") or 0))
    language = str(model.get("language") or "python").lower()
    cells: list[Cell] = []
    for command in commands:
        text = str(command.get("command") or "").strip("\n")
        title = str(command.get("commandTitle") or "")
        if title and command.get("showCommandTitle"):
            cells.append(Cell("markdown", f"#### {title}"))
        if not text.strip():
            continue
        if language != "python" and not text.lstrip().startswith("%"):
            text = f"%{language}\n{text}"
        cells.append(hosted_cell(text.lstrip("\n"), text.lstrip().startswith("%")))
    return Source(cells, form)
