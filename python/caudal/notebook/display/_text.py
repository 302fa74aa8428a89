"""A page as text, for terminals and for what shows no HTML: ``show``'s table."""

from __future__ import annotations

import unicodedata

from caudal.notebook.display._options import ROWS_OF_TEXT
from caudal.notebook.display._page import Page

_WIDEST = 60
# What Persian and emoji write between letters: of no width, and no harm.
_JOINERS = "\u200c\u200d"


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
    widths = [max(3, *(width_of(cell) for cell in column)) for column in columns]
    line = f"+{'+'.join('-' * width for width in widths)}+" if widths else "++"
    numbers = [heading.kind == "number" for heading in page.headings]

    def said(row: list[str]) -> str:
        parts = [
            " " * (width - width_of(cell)) + cell if number else padded(cell, width)
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
    return shortened(text, _WIDEST)


def shortened(text: str, most: int) -> str:
    """A text of so many characters at most, without any that would drive the terminal."""
    # A line end or another control character would break the table, too.
    if not text.isprintable():
        kept = (c if c.isprintable() or c in _JOINERS else _escaped(c) for c in text)
        text = "".join(kept)
    return text if len(text) <= most else text[: most - 3] + "..."


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def padded(text: str, width: int) -> str:
    """The text with spaces after it, so wide in a terminal."""
    return text + " " * (width - width_of(text))


def width_of(text: str) -> int:
    """Places in a terminal: wide characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(map(_places, text))


def _places(character: str) -> int:
    if unicodedata.combining(character) or character in _JOINERS:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
