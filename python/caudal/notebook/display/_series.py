"""What a chart draws of rows: keys in their order, and for each series a number a key.

The page's script does the same (``assets/chart.js``) for charts in notebooks; this is for what is
drawn without it. Knows neither the engine nor how anything is drawn.
"""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from caudal.notebook.display._options import Chart
from caudal.notebook.display._page import Cells, Heading

CONTINUOUS = ("number", "time", "window")
"""Kinds of columns that have a place on an axis."""


@dataclass
class Series:
    """A number for each key that has one."""

    name: str
    points: dict[str, float] = field(default_factory=dict)


@dataclass
class Table:
    """Keys in the order in which they are drawn, and the series over them."""

    keys: list[str]
    series: list[Series]


def first_choice(chart: Chart, headings: Sequence[Heading], rows: Sequence[Cells]) -> Chart:
    """The chart with the columns that were not chosen: those that fit the rows, as the page
    chooses them."""
    positions = range(len(headings))
    numbers = [i for i in positions if headings[i].kind == "number"]
    times = [i for i in positions if headings[i].kind in ("time", "window")]
    texts = [i for i in positions if headings[i].kind in ("text", "boolean")]
    keys = [*times[:1], *texts[:1], *(numbers[:1] if len(numbers) > 1 else []), *positions[:1]]
    key = keys[0] if keys else None
    # A histogram has no keys.
    values = [i for i in numbers if i != key or chart.kind == "histogram"][-1:]
    groups = [i for i in texts if i != key and 1 < len({row[i] for row in rows}) <= 16][:1]
    chosen = chart.for_script()
    return Chart(
        chart.kind,
        chosen.get("keys", [] if key is None else [key]),
        chosen.get("groups", groups),
        chosen.get("values", values),
        chosen.get("aggregation", "sum" if values else "count"),
        chart.stacked,
        chart.bins,
    )


def table_of(chart: Chart, headings: Sequence[Heading], rows: Sequence[Cells]) -> Table:
    """The series of a chart whose columns are chosen.

    Parameters
    ----------
    chart
        As of `first_choice`.
    headings, rows
        The columns and their cells, as text.
    """
    keys, values = chart.keys or [], chart.values or [-1]
    places: dict[str, float] = {}
    found: dict[tuple[str, int], Series] = {}
    lists: dict[tuple[str, int, str], list[float]] = {}
    single = headings[keys[0]].kind if len(keys) == 1 else "text"
    for row in rows:
        key = label(row, keys, headings)
        if key not in places:
            places[key] = place(row[keys[0]], single) if single in CONTINUOUS else math.nan
        group = label(row, chart.groups or [], headings) if chart.kind != "pie" else ""
        for value in values:
            number = _number(row, value, chart.aggregation, headings)
            if number is None:
                continue
            what = "rows" if value < 0 else headings[value].name
            name = f"{group} · {what}" if group and len(values) > 1 else group or what
            found.setdefault((group, value), Series(name))
            lists.setdefault((group, value, key), []).append(number)
    aggregate = AGGREGATES[chart.aggregation or "sum" if chart.values else "count"]
    for (group, value, key), numbers in lists.items():
        found[group, value].points[key] = aggregate(numbers)
    return Table(_ordered(places, single), list(found.values()))


def _number(
    row: Cells, value: int, aggregation: str | None, headings: Sequence[Heading]
) -> float | None:
    if value < 0:
        return 1.0
    if aggregation == "count":
        return None if row[value] is None else 1.0
    number = place(row[value], headings[value].kind)
    return number if math.isfinite(number) else None


def _ordered(places: dict[str, float], kind: str) -> list[str]:
    """On an axis of numbers or moments by their place there, else as they came."""
    there = [key for key in places if math.isfinite(places[key])]
    if kind not in CONTINUOUS or not there:
        return list(places)
    return sorted(there, key=lambda key: places[key])


AGGREGATES: dict[str, Callable[[list[float]], float]] = {
    "sum": math.fsum,
    "avg": lambda numbers: math.fsum(numbers) / len(numbers),
    "min": min,
    "max": max,
    "count": len,
}


def label(row: Cells, positions: Sequence[int], headings: Sequence[Heading]) -> str:
    """What a key or a group is called."""
    return " · ".join(_named(row[i], headings[i].kind) for i in positions)


def _named(text: str | None, kind: str) -> str:
    if text is None:
        return "NULL"
    window = _window(text) if kind == "window" else None
    return text if window is None else f"{window['start']} – {window['end']}"


def _window(text: str) -> dict[str, str] | None:
    try:
        window = json.loads(text)
    except ValueError:
        return None
    return window if isinstance(window, dict) and {"start", "end"} <= set(window) else None


def place(text: str | None, kind: str) -> float:
    """The number that a cell stands for on an axis; NaN where it is none."""
    if text is None or kind not in CONTINUOUS:
        return math.nan
    if kind == "number":
        try:
            return float(text)
        except ValueError:
            return math.nan
    if kind == "window":
        window = _window(text)
        text = "" if window is None else str(window["start"])
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return math.nan
    return moment.replace(tzinfo=datetime.timezone.utc).timestamp()


def histogram(
    chart: Chart, headings: Sequence[Heading], rows: Sequence[Cells]
) -> tuple[list[float], list[tuple[str, list[int]]]]:
    """The edges of the bins, and for each column its rows in each of them."""
    columns = []
    for value in chart.values or []:
        numbers = [place(row[value], headings[value].kind) for row in rows]
        finite = [number for number in numbers if math.isfinite(number)]
        if finite:
            columns.append((headings[value].name, finite))
    if not columns:
        return [], []
    low = min(min(numbers) for _, numbers in columns)
    high = max(max(numbers) for _, numbers in columns)
    edges = edges_of(low, high, chart.bins)
    if not edges:
        return [], []
    low, high = edges[0], edges[-1]
    counted = []
    for name, numbers in columns:
        counts = [0] * chart.bins
        for number in numbers:
            counts[min(chart.bins - 1, int((number - low) / (high - low) * chart.bins))] += 1
        counted.append((name, counts))
    return edges, counted


def edges_of(low: float, high: float, bins: int) -> list[float]:
    """The edges of so many bins from `low` to `high`; none where they are too far apart for
    their distance to be a number."""
    if low == high:
        room = max(0.5, abs(low) / 1e6)
        low, high = low - room, high + room
    span = high - low
    return [low + span * i / bins for i in range(bins + 1)] if math.isfinite(span * bins) else []
