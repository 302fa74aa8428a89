"""``caudal convert FILE``: reads a notebook's file, writes one that runs, says what it changed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from caudal.errors import PySparkValueError

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("file", help="a Databricks source (.py, .sql), an exported .py, an .ipynb")
    parser.add_argument("-o", "--output", help="the notebook to write (default: beside FILE)")
    parser.add_argument(
        "--kernel",
        nargs="?",
        const="caudal",
        help="for the kernel of 'caudal kernel install', with no cell that loads Caudal",
    )
    parser.add_argument("--force", action="store_true", help="replace a notebook that is there")


def run(given: argparse.Namespace) -> int:
    """Runs the command.

    Returns
    -------
    int
        0; 1 where a cell is still no Python 3 (the notebook is written); 2 where nothing was
        written.
    """
    from caudal.notebook.convert.code import converted
    from caudal.notebook.convert.document import document
    from caudal.notebook.sources import read

    path = Path(given.file)
    target = Path(given.output) if given.output else _beside(path)
    try:
        if target.exists() and not given.force:
            raise FileExistsError(f"{target} is there already (--force replaces it)")
        source = read(path)
        result = converted(source)
        target.write_text(document(result.cells, given.kernel), encoding="utf-8")
    except (OSError, UnicodeError, PySparkValueError) as error:
        print(f"caudal convert: {error}", file=sys.stderr)
        return 2
    code = sum(cell.kind == "code" for cell in result.cells)
    print(f"{target}: {code} code cells of {path.name} ({source.form})")
    if given.kernel is None:
        print("  added: a first cell with %load_ext caudal")
    for line in result.changes:
        print(f"  changed: {line}")
    for line in result.notes:
        print(f"  to do: {line}")
    if not result.changes:
        print("  the cells are as they were")
    return 1 if result.broken else 0


def _beside(path: Path) -> Path:
    beside = path.with_suffix(".ipynb")
    return beside if beside != path else path.with_name(f"{path.stem}.caudal.ipynb")
