"""A page as text, for terminals and for what shows no HTML: ``show``'s table, bars for charts."""

from __future__ import annotations

import unicodedata

from caudal.notebook.display._options import ROWS_OF_TEXT
from caudal.notebook.display._page import Page

_WIDEST = 60


def table(page: Page, limit: int = ROWS_OF_TEXT) -> str:
    """The first rows in the form of ``show``, numbers to the right, as wide as they are.

    Parameters
    ----------
    page
        What to show.
    limit
        Rows at most; the last line says when there are more.
    """
    rows = page.rows[:limit]
    names = [_cell(heading.name) for heading in page.headings]
    cells = [["NULL" if cell is None else _cell(cell) for cell in row] for row in rows]
    columns = list(zip(names, *cells, strict=True))
    widths = [max(3, *(_width(cell) for cell in column)) for column in columns]
    line = f"+{'+'.join('-' * width for width in widths)}+" if widths else "++"
    numbers = [heading.kind == "number" for heading in page.headings]

    def said(row: list[str]) -> str:
        parts = [
            " " * (width - _width(cell)) + cell if number else cell + " " * (width - _width(cell))
            for cell, width, number in zip(row, widths, numbers, strict=True)
        ]
        return f"|{'|'.join(parts)}|"

    lines = [line, said(names), line, *(said(row) for row in cells), line]
    if page.first:
        lines.append(page.note.split(";")[0])
    elif page.is_cut or len(page.rows) > len(rows):
        lines.append(f"only showing the first {len(rows)} {'row' if len(rows) == 1 else 'rows'}")
    return "\n".join(lines)


def _cell(text: str) -> str:
    # A line end or another control character would break the table, or drive the terminal.
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 3] + "..."


def _width(text: str) -> int:
    """Places in a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
