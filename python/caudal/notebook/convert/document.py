"""A Jupyter notebook (format 4.5) of cells, as text. Needs nothing of Jupyter's."""

from __future__ import annotations

import hashlib
import json
import sys
from typing import Any

from caudal.notebook.sources import Cell

__all__ = ["document"]

_FIRST = "%load_ext caudal"


def document(cells: list[Cell], kernel: str | None) -> str:
    """The notebook's text.

    Parameters
    ----------
    cells
        Its cells.
    kernel
        The name of an installed kernel that is Caudal's; without it the notebook is for any
        Python kernel and its first cell loads Caudal.

    Examples
    --------
    >>> [c["source"] for c in json.loads(document([Cell("code", "1 + 1")], None))["cells"]]
    [['%load_ext caudal'], ['1 + 1']]
    """
    if kernel is None and not any(cell.text.strip() == _FIRST for cell in cells):
        cells = [Cell("code", _FIRST), *cells]
    spec = ("python3", "Python 3") if kernel is None else (kernel, "Caudal (PySpark)")
    notebook = {
        "cells": [_cell(number, cell) for number, cell in enumerate(cells)],
        "metadata": {
            "kernelspec": {"name": spec[0], "display_name": spec[1], "language": "python"},
            "language_info": {
                "name": "python",
                "version": ".".join(map(str, sys.version_info[:3])),
            },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _cell(number: int, cell: Cell) -> dict[str, Any]:
    # The same file gives the same notebook: an identity of place and text, not of chance.
    identity = hashlib.sha256(f"{number} {cell.text}".encode()).hexdigest()[:12]
    made: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": identity,
        "metadata": {},
        "source": cell.text.splitlines(keepends=True),
    }
    if cell.kind == "code":
        made |= {"execution_count": None, "outputs": []}
    elif cell.attachments:
        made["attachments"] = cell.attachments
    return made
