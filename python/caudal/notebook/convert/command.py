"""``caudal convert FILE``: reads a notebook's file, writes one that runs, says what it changed."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from caudal.errors import PySparkValueError

if TYPE_CHECKING:
    from caudal.notebook.sources import Source

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    kinds = "a Databricks source (.py, .sql), archive (.dbc) or page (.html), a .py, an .ipynb"
    parser.add_argument("file", help=kinds)
    target = "the notebook to write, or the folder for an archive's (default: beside FILE)"
    parser.add_argument("-o", "--output", help=target)
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
    path = Path(given.file)
    try:
        notebooks = _notebooks(path, given.output)
        for target, _ in notebooks:
            if target.exists() and not given.force:
                raise FileExistsError(f"{target} is there already (--force replaces it)")
        are_whole = [_convert(path, source, target, given.kernel) for target, source in notebooks]
    except (OSError, UnicodeError, PySparkValueError) as error:
        print(f"caudal convert: {error}", file=sys.stderr)
        return 2
    return 0 if all(are_whole) else 1


def _notebooks(path: Path, output: str | None) -> list[tuple[Path, Source]]:
    """The notebooks of a file, each with the file that it becomes: one, or an archive's many."""
    from caudal.notebook import exports
    from caudal.notebook.sources import read

    kind = path.suffix.lower()
    if kind == ".dbc":
        folder = Path(output) if output else path.with_suffix("")
        return [(folder / f"{name}.ipynb", one) for name, one in exports.of_archive(path)]
    source = exports.of_page(path) if kind in (".html", ".htm") else read(path)
    return [(Path(output) if output else _beside(path), source)]


def _convert(path: Path, source: Source, target: Path, kernel: str | None) -> bool:
    """Writes one notebook and says what was changed; whether all its cells are Python 3."""
    from caudal.notebook.convert.code import converted
    from caudal.notebook.convert.document import document

    result = converted(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(document(result.cells, kernel), encoding="utf-8")
    code = sum(cell.kind == "code" for cell in result.cells)
    print(f"{target}: {code} code cells of {path.name} ({source.form})")
    if kernel is None:
        print("  added: a first cell with %load_ext caudal")
    for line in result.changes:
        print(f"  changed: {line}")
    for line in result.notes:
        print(f"  to do: {line}")
    if not result.changes:
        print("  the cells are as they were")
    return not result.broken


def _beside(path: Path) -> Path:
    beside = path.with_suffix(".ipynb")
    return beside if beside != path else path.with_name(f"{path.stem}.caudal.ipynb")
