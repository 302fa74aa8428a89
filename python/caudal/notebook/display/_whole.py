"""A chart's numbers over all rows of a frame, of which a table shows only the first.

The engine groups and aggregates; what comes back is a row a key and group. Knows nothing of how
a chart is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from caudal.errors import AnalysisException
from caudal.notebook.display._options import Chart
from caudal.notebook.display._page import Cells, Heading, Page, texts
from caudal.sql import functions as F
from caudal.sql.column import Column as Expression

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

KINDS = ("bar", "line", "area", "pie")
"""Charts of one number a key; the others are `_whole_rows`'."""
MOST_KEYS = 10_000
"""Keys (with their groups) that a page bears."""


class OfAll(Protocol):
    """What a chart draws of all rows."""

    @property
    def note(self) -> str:
        """What the chart is of."""

    def for_script(self, page: Page) -> dict[str, Any]:
        """The same for the page's script."""


@dataclass(frozen=True)
class Whole:
    """A chart's numbers over all rows.

    `asked` is the chart in the frame's columns; `chart` the same in those of `rows`: a row a key
    and group, whose values are aggregated. Of a scatter they are rows of the frame, and `drawn`
    is their number.
    """

    asked: Chart
    chart: Chart
    headings: list[Heading]
    rows: list[Cells]
    total: int
    drawn: int | None = None

    @property
    def note(self) -> str:
        """What the chart is of."""
        if self.drawn is None:
            return f"the chart is of all {self.total:,} rows"
        if self.drawn < self.total:
            return f"the chart is of {self.drawn:,} rows, drawn at random from {self.total:,}"
        return f"the chart is of all {self.total:,} rows with numbers"

    def for_script(self, page: Page) -> dict[str, Any]:
        """The same for the page's script, with what to say of either kind of chart."""
        chart = self.chart
        return {
            "asked": self.asked.for_script(),
            "columns": [{"name": h.name, "kind": h.kind} for h in self.headings],
            "spec": {"keys": chart.keys, "groups": chart.groups, "values": chart.values},
            "rows": self.rows,
            "notes": [f"{page.rows_said}; {self.note}", f"{page.rows_said}; {page.chart_said}"],
        }


def whole_of(frame: DataFrame, chart: Chart, page: Page) -> tuple[Whole | None, str]:
    """The numbers of a chart whose columns are chosen, over all rows; or None, and why the
    chart can only be of the rows that are shown.

    Raises
    ------
    PySparkException
        What computing the rows raises: a chart of some of them would hide it.
    """
    keys = chart.keys or []
    groups = [] if chart.kind == "pie" else chart.groups or []
    values = chart.values or []
    if chart.kind not in KINDS or not keys:
        return None, ""
    counts = not values or chart.aggregation == "count"
    if not counts and any(page.headings[i].kind != "number" for i in values):
        return None, "its values are no numbers"
    by = list(dict.fromkeys([*keys, *groups]))
    parts = [part for i in values for part in _parts(F.col(f"c{i}"), chart.aggregation)]
    named = frame.toDF(*(f"c{i}" for i in range(len(page.headings))))
    try:
        grouped = named.groupBy(*(f"c{i}" for i in by)).agg(F.count(F.lit(1)), *parts)
        rows = [list(row) for row in texts(grouped.limit(MOST_KEYS + 1)).collect()]
    except AnalysisException:
        return None, "its keys cannot be grouped"
    if len(rows) > MOST_KEYS:
        return None, f"there are more than {MOST_KEYS:,} keys"
    return _whole(chart, page, by, groups, rows), ""


def _parts(value: Expression, aggregation: str | None) -> list[Expression]:
    """What the engine computes of a column: parts that can be put together once more."""
    if aggregation == "count":
        return [F.count(value)]
    number = value.cast("double")
    finite = F.when(F.abs(number) < F.lit(float("inf")), number)
    if aggregation == "avg":
        return [F.sum(finite), F.count(finite)]
    return [{"sum": F.sum, "min": F.min, "max": F.max}[aggregation or "sum"](finite)]


def _whole(chart: Chart, page: Page, by: list[int], groups: list[int], rows: list[Cells]) -> Whole:
    """The engine's rows as a chart takes them, with keys that read the same put together."""
    headings = [page.headings[i] for i in by]
    merged: dict[tuple[str | None, ...], list[list[float | None]]] = {}
    for row in rows:
        numbers = [None if text is None else float(text) for text in row[len(by) :]]
        merged.setdefault(tuple(row[: len(by)]), []).append(numbers)
    cells = [[*key, *_values(chart, lists)] for key, lists in merged.items()]
    names = [page.headings[i].name for i in chart.values or []] or ["rows"]
    headings += [Heading(name, "double", "number") for name in names]
    inner = Chart(
        chart.kind,
        [by.index(i) for i in chart.keys or []],
        [by.index(i) for i in groups],
        list(range(len(by), len(headings))),
        "sum",
        chart.stacked,
    )
    total = sum(int(row[len(by)] or 0) for row in rows)
    return Whole(chart, inner, headings, in_order(cells, page, by), total)


def _values(chart: Chart, lists: list[list[float | None]]) -> list[str | None]:
    """The aggregated values of one key, from the parts of all that read as it does."""
    parts = zip(*lists, strict=True)
    counted, *columns = ([n for n in column if n is not None] for column in parts)
    if not chart.values:
        return [repr(sum(counted))]
    if chart.aggregation == "avg":
        pairs = zip(columns[::2], columns[1::2], strict=True)
        return [repr(sum(sums) / sum(counts)) if sums else None for sums, counts in pairs]
    if chart.aggregation == "count":
        return [repr(sum(column)) if any(column) else None for column in columns]
    aggregate = {"min": min, "max": max}.get(chart.aggregation or "sum", sum)
    return [repr(aggregate(column)) if column else None for column in columns]


def in_order(cells: list[Cells], page: Page, by: list[int]) -> list[Cells]:
    """Keys of the rows that are shown as they come there, then the others."""
    places: dict[tuple[str | None, ...], int] = {}
    for number, row in enumerate(page.rows):
        places.setdefault(tuple(row[i] for i in by), number)

    def order(row: Cells) -> tuple[float, list[str]]:
        key = tuple(row[: len(by)])
        return places.get(key, float("inf")), [text or "" for text in key]

    return sorted(cells, key=order)
