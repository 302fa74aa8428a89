"""The rows of a memory table as they change: reads what is new, says what differs.

A table that is written whole (complete mode) is read from its start; one that only grows is
read from where the last look ended, and its last rows are shown. Knows no notebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal.notebook.display._page import Cells, Page, _fit, headings_of, texts

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame


class Rows:
    """What a display shows of a memory table.

    Parameters
    ----------
    table
        The memory table.
    limit
        Rows that are shown at most.
    is_whole
        Whether each batch writes the table anew.
    """

    def __init__(self, table: DataFrame, limit: int, is_whole: bool):
        schema = table.schema
        self.page = Page(headings_of(schema), [], schema.treeString(), grows=not is_whole)
        self._table = table
        self._limit = limit
        self._is_whole = is_whole
        self._seen = 0

    def read(self) -> dict[str, Any]:
        """Reads the table. The answer says how the shown rows changed; empty where they did not.

        Its parts: ``rows`` (all of them), or ``drop`` (from the start), ``length`` (of what is
        left), ``set`` (pairs of position and row), ``append``; ``first`` and ``note`` with them.
        """
        note = self.page.note
        change = self._read_whole() if self._is_whole else self._read_new()
        if self.page.note != note:
            change["note"] = self.page.note
        return change

    def _texts(self, frame: DataFrame) -> list[Cells]:
        return [list(row) for row in texts(frame).collect()]

    def _read_whole(self) -> dict[str, Any]:
        rows = self._texts(self._table.limit(self._limit + 1))
        before = self.page.rows
        self.page.rows, is_fit = _fit(rows[: self._limit])
        self.page.is_cut = not is_fit or len(rows) > self._limit
        return difference(before, self.page.rows)

    def _read_new(self) -> dict[str, Any]:
        # The table only grows, so what is counted here is there to be read.
        total = self._table.count()
        if total == self._seen:
            return {}
        skipped = max(self._seen, total - self._limit)
        new = self._texts(self._table.offset(skipped).limit(total - skipped))
        kept = self.page.rows if skipped == self._seen else []
        rows = [*kept, *new][-self._limit :]
        # The last rows that a page bears, where they are large.
        rows = _fit(rows[::-1])[0][::-1]
        dropped = total - len(rows) - self.page.first
        change: dict[str, Any] = {"first": total - len(rows)}
        if dropped < len(self.page.rows):
            left = len(self.page.rows) - dropped
            change |= {"drop": dropped, "append": rows[left:]}
        else:
            change["rows"] = rows
        self.page.rows, self.page.first, self._seen = rows, total - len(rows), total
        return change


def difference(before: list[Cells], after: list[Cells]) -> dict[str, Any]:
    """How `after` is made of `before`: the rows that differ, or all where most do."""
    if before == after:
        return {}
    pairs = enumerate(zip(before, after, strict=False))
    changed = [[position, new] for position, (old, new) in pairs if old != new]
    if 2 * len(changed) > len(after):
        return {"rows": after}
    return {"length": len(after), "set": changed, "append": after[len(before) :]}
