"""Histograms and scatters over all rows of a frame, of which a table shows only the first.

The engine counts what falls into each bin; of points, which a page cannot hold in any number, it
draws some at random. Knows nothing of how a chart is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

from caudal.notebook.display import _series
from caudal.notebook.display._options import Chart
from caudal.notebook.display._page import Page, texts
from caudal.notebook.display._whole import Whole, in_order
from caudal.sql import functions as F
from caudal.sql.column import Column as Expression

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

POINTS = 2_000
"""Rows of a scatter: more could not be told apart."""
# The same rows for the same frame, each time.
_SEED = 0
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_NO_NUMBERS = "its values are no numbers"


@dataclass(frozen=True)
class Bins:
    """A histogram of all rows: the edges of the bins, and each column's rows in each of them.

    `kind` is what the edges are, as of a heading; those of moments are in seconds.
    """

    asked: Chart
    edges: list[float]
    counted: list[tuple[str, list[int]]]
    kind: str
    total: int

    @property
    def note(self) -> str:
        """What the chart is of."""
        return f"the chart is of all {self.total:,} rows"

    def for_script(self, page: Page) -> dict[str, Any]:
        """The same for the page's script, with what to say of either kind of chart."""
        unit = 1 if self.kind == "number" else 1000
        return {
            "asked": self.asked.for_script(),
            "bins": {
                "edges": [edge * unit for edge in self.edges],
                "kind": self.kind,
                "series": [{"name": name, "counts": counts} for name, counts in self.counted],
            },
            "notes": [f"{page.rows_said}; {self.note}", f"{page.rows_said}; {page.chart_said}"],
        }


def bins_of(frame: DataFrame, chart: Chart, page: Page) -> tuple[Bins | None, str]:
    """The bins of a histogram whose columns are chosen; or None, and why the chart can only be
    of the rows that are shown.

    Raises
    ------
    PySparkException
        What computing the rows raises.
    """
    values = chart.values or []
    kinds = [page.headings[i].kind for i in values]
    if not values or any(kind not in _series.CONTINUOUS for kind in kinds):
        return None, _NO_NUMBERS if values else ""
    named = _named(frame, page)
    places = [_place(F.col(f"c{i}"), kind) for i, kind in zip(values, kinds, strict=True)]
    narrow = named.select(*(place.alias(f"v{n}") for n, place in enumerate(places)))
    columns = [F.col(f"v{n}") for n in range(len(values))]
    ends = [end(column) for column in columns for end in (F.min, F.max)]
    total, *found = narrow.agg(F.count(F.lit(1)), *ends).collect()[0]
    there = [number for number in found if number is not None]
    edges = _series.edges_of(min(there), max(there), chart.bins) if there else []
    if not edges:
        return None, ""
    low, high, most = F.lit(edges[0]), F.lit(edges[-1]), F.lit(chart.bins - 1)
    # `least` passes over nulls, which fall nowhere.
    bins = [
        F.when(
            column.isNotNull(),
            F.least(F.floor((column - low) / (high - low) * chart.bins).cast("int"), most),
        )
        for column in columns
    ]
    # One pass for all columns: their bins are rows.
    fallen = narrow.select(F.posexplode(F.array(*bins)).alias("of", "bin")).where("bin is not null")
    counts = [[0] * chart.bins for _ in values]
    for of, place, count in fallen.groupBy("of", "bin").count().collect():
        counts[of][place] = count
    names = [page.headings[i].name for i in values]
    counted = [pair for pair in zip(names, counts, strict=True) if any(pair[1])]
    return Bins(chart, edges, counted, kinds[0], total), ""


def points_of(frame: DataFrame, chart: Chart, page: Page) -> tuple[Whole | None, str]:
    """Points of a scatter whose columns are chosen, out of all rows; or None, and why the chart
    can only be of the rows that are shown.

    Raises
    ------
    PySparkException
        What computing the rows raises.
    """
    keys, groups, values = chart.keys or [], chart.groups or [], chart.values or []
    if not keys or not values:
        return None, ""
    if any(page.headings[i].kind not in _series.CONTINUOUS for i in values):
        return None, _NO_NUMBERS
    used = list(dict.fromkeys([*keys, *groups, *values]))
    there = _named(frame, page).where(_is_point(page, keys, values))
    there = there.select(*(f"c{i}" for i in used))
    total = there.count()
    if total > POINTS:
        there = there.orderBy(F.rand(_SEED)).limit(POINTS)
    rows = in_order([list(row) for row in texts(there).collect()], page, used)
    inner = Chart(
        chart.kind,
        [used.index(i) for i in keys],
        [used.index(i) for i in groups],
        [used.index(i) for i in values],
        chart.aggregation,
    )
    headings = [page.headings[i] for i in used]
    return Whole(chart, inner, headings, rows, total, drawn=min(total, POINTS)), ""


def _named(frame: DataFrame, page: Page) -> DataFrame:
    return frame.toDF(*(f"c{i}" for i in range(len(page.headings))))


def _is_point(page: Page, keys: list[int], values: list[int]) -> Expression:
    """Whether a row has a place on both axes."""

    def is_there(i: int) -> Expression:
        return _place(F.col(f"c{i}"), page.headings[i].kind).isNotNull()

    is_high = reduce(lambda a, b: a | b, [is_there(i) for i in values])
    on_axis = len(keys) == 1 and page.headings[keys[0]].kind in _series.CONTINUOUS
    return is_there(keys[0]) & is_high if on_axis else is_high


def _place(value: Expression, kind: str) -> Expression:
    """The number that a value stands for on an axis, as `_series.place`: null where it is none."""
    if kind == "number":
        number = value.cast("double")
        return F.when(F.abs(number) < F.lit(float("inf")), number)
    moment = (value.getField("start") if kind == "window" else value).cast("timestamp_ntz")
    # What its clock shows, piece by piece: differences of moments would count hours that
    # a session's time zone leaves out.
    days = F.datediff(moment, F.lit("1970-01-01").cast("date")).cast("double")
    seconds = F.extract(F.lit("SECOND"), moment).cast("double")
    return days * _DAY + F.hour(moment) * _HOUR + F.minute(moment) * _MINUTE + seconds
