"""Cells that begin with a magic of hosted notebooks: it is for the whole cell.

In IPython ``%sql`` is for one line and ``%%sql`` for a cell; in a hosted notebook there is only
``%sql``, first in the cell. Here the one becomes the other, before IPython reads the cell. A
``%sql`` further down stays what IPython makes of it.
"""

from __future__ import annotations

import re

__all__ = ["WHOLE_CELL", "whole_cell_magics"]

# The magics that take the rest of the cell; those of other languages say that they cannot run.
WHOLE_CELL = ("sql", "md", "md-sandbox", "sh", "fs", "run", "python", "scala", "r")

_HEAD = re.compile(rf"%({'|'.join(map(re.escape, WHOLE_CELL))})(?:[ \t]+(.*)|)$")


def whole_cell_magics(lines: list[str]) -> list[str]:
    """An input transformer of IPython's: the lines of a cell, each with its line end.

    Examples
    --------
    >>> whole_cell_magics(["%sql select *\\n", "from counts\\n"])
    ['%%sql\\n', 'select *\\n', 'from counts\\n']
    >>> whole_cell_magics(["%sql select 1\\n"])
    ['%%sql\\n', 'select 1\\n', '\\n']
    >>> whole_cell_magics(["%run ./setup\\n", "ready()\\n"])
    ['%run_notebook ./setup\\n', 'ready()\\n']
    >>> whole_cell_magics(["%timeit f()\\n"])
    ['%timeit f()\\n']
    """
    for number, line in enumerate(lines):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        found = _HEAD.match(text)
        if found is None:
            break
        name, rest = found[1], found[2]
        body = ([rest + "\n"] if rest else []) + lines[number + 1 :]
        if name == "python":
            return body
        if name == "run":
            # One line, in hosted notebooks too: what follows it is Python.
            return [f"%run_notebook {rest or ''}\n", *lines[number + 1 :]]
        if rest and number == len(lines) - 1:
            # In a terminal a cell magic goes on to an empty line, and a line is whole by itself.
            body.append("\n")
        # A cell magic without a body is refused by IPython before the magic could say why.
        return [f"%%{name.replace('-', '_')}\n", *(body or ["\n"])]
    return lines
