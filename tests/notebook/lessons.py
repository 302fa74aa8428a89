"""A document of the course as a notebook in the kernel: converted, changed where listed, run.

``course_changes.json`` lists every line that differs from the document, each with its reason.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from caudal.cli import main

from ..lesson.cells import BLANKS, filled, is_blank
from .documents import code_cells
from .kernels import Kernel, Shown

CHANGES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("course_changes.json").read_text(encoding="utf-8")
)
EVENTS = "/databricks-datasets/structured-streaming/events/"
# Tells us, from the kernel, that its cell has come to a wait for a stream.
_WATCH = """
import sys as _sys, threading as _threading, time as _time
def _watch(main=_threading.main_thread().ident):
    def waits(frame):
        while frame is not None:
            if frame.f_code.co_name in ("awaitTermination", "awaitAnyTermination"):
                return True
            frame = frame.f_back
    while not waits(_sys._current_frames()[main]):
        _time.sleep(0.01)
    print("<waits>", flush=True)
_threading.Thread(target=_watch, daemon=True).start()
"""


def changed(document: str, cells: list[str], values: Mapping[str, str]) -> tuple[list[str], int]:
    """The cells with the listed changes, skipped ones empty, and how many lines changed."""
    lines_changed = 0
    out = list(cells)
    for change in (entry for entry in CHANGES if entry["document"] == document):
        before = lines_changed
        for number in change.get("skip", ()):
            lines_changed += 1
            out[number - 1] = ""
        for number in change.get("cells", range(1, len(out) + 1)) if "skip" not in change else ():
            text, count = _with(change, out[number - 1], values)
            out[number - 1] = text
            lines_changed += count
        assert lines_changed > before, f"{document}: a change that changes nothing: {change}"
    return out, lines_changed


def _with(change: dict[str, Any], cell: str, values: Mapping[str, str]) -> tuple[str, int]:
    if "before" in change:
        added = change["before"].splitlines()
        return "\n".join([*added, cell]), len(added)
    new = change["new"]
    for name, value in values.items():
        new = new.replace(f"{{{name}}}", value)
    lines = cell.split("\n")
    replaced = [line.replace(change["old"], new) for line in lines]
    differ = sum(a != b for a, b in zip(lines, replaced, strict=True))
    return "\n".join(replaced), differ


class Lesson:
    """A document's cells, run in order.

    Parameters
    ----------
    kernel
        Where they run.
    path
        The document.
    folder
        For the notebook's file; the kernel's own folder.
    values
        What the listed changes put in for ``{port}`` and its like.
    """

    def __init__(self, kernel: Kernel, path: Path, folder: Path, values: Mapping[str, str] = {}):
        self.kernel = kernel
        cells, _ = changed(path.stem, code_cells(path), values)
        blanks = iter(BLANKS)
        cells = [filled(cell, blanks, EVENTS) if is_blank(cell) else cell for cell in cells]
        self.cells = _through_convert([cell or "pass" for cell in cells], folder)
        assert len(self.cells) == len(cells)
        self.done = 0

    def to(self, last: int, *, fails: str | None = None, until: str | None = None) -> Shown:
        """Runs the cells up to number `last`; what that one showed.

        The last may fail with the condition `fails`. A cell that waits for a stream is stopped
        by the stop button, once it waits and, with `until`, has printed that text.
        """
        shown = Shown()
        while self.done < last:
            self.done += 1
            is_last = self.done == last
            shown = self._run(self.cells[self.done - 1], until if is_last else None)
            if is_last and fails is not None:
                assert shown.error is not None, f"cell {self.done} did not fail"
                assert fails in shown.error[1]
            else:
                assert shown.error is None, f"cell {self.done}: {shown.trace}"
        return shown

    def to_end(self) -> Shown:
        """Runs what is left."""
        return self.to(len(self.cells))

    def _run(self, cell: str, until: str | None) -> Shown:
        if not re.search(r"^[^#\n]*\.await(Any)?Termination\(", cell, re.MULTILINE):
            return self.kernel.run(cell)
        said: list[str] = []
        stopped = threading.Event()

        def told(text: str) -> None:
            said.append(text)
            everything = "".join(said)
            if "<waits>" in everything and (until or "") in everything and not stopped.is_set():
                stopped.set()
                self.kernel.interrupt()

        self.kernel.run(_WATCH)
        shown = self.kernel.run(cell, told=told)
        assert "goes on. To stop it:" in shown.trace, shown
        shown.error = None
        return shown


def _through_convert(cells: list[str], folder: Path) -> list[str]:
    """What ``caudal convert`` makes of the cells."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    source, target = folder / "lesson.ipynb", folder / "converted.ipynb"
    nbformat.write(notebook, source)
    assert main(["convert", str(source), "-o", str(target), "--kernel", "--force"]) == 0
    return [cell.source for cell in nbformat.read(target, as_version=4).cells]
