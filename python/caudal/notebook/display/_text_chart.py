"""A chart as text, for terminals: bars of block characters, and a field of points.

Lines, areas and pies are bars here, too: a number a key is what they are of.
"""

from __future__ import annotations

import datetime
import itertools
import math
import shutil
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from caudal.notebook.display import _series
from caudal.notebook.display._options import Chart
from caudal.notebook.display._text import padded, shortened, width_of
from caudal.notebook.display._whole import Whole
from caudal.notebook.display._whole_rows import Bins

if TYPE_CHECKING:
    from caudal.notebook.display._page import Cells, Heading, Page
    from caudal.notebook.display._whole import OfAll

_EPOCH = datetime.datetime(1970, 1, 1)
_MOST_LINES = 40
_MOST_OF_A_LABEL = 28
_LEAST_BAR, _MOST_BAR = 10, 60
_HEIGHT_OF_POINTS = 15
# Eighths of a block, from the left.
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def chart(page: Page, chart: Chart, whole: OfAll | None, width: int | None = None) -> str:
    """A chart as lines of text.

    Parameters
    ----------
    page
        The rows that are shown.
    chart
        What to draw, with its columns chosen.
    whole
        Its numbers over all rows, if there are any.
    width
        Places of a line; the terminal's without it.
    """
    width = width or shutil.get_terminal_size((80, 24)).columns
    note = page.chart_note or page.chart_said
    lines = _lines(page, chart, whole, width)
    return "\n".join([_title(page, chart), *lines, *([f"({note})"] if note else [])])


def _title(page: Page, chart: Chart) -> str:
    def names(positions: Sequence[int] | None) -> str:
        return ", ".join(shortened(page.headings[i].name, 40) for i in positions or [])

    values = names(chart.values) or "rows"
    if chart.kind == "histogram":
        return f"histogram of {values}"
    if chart.kind == "scatter":
        return f"scatter: {values} by {names(chart.keys)}"
    aggregation = chart.aggregation if chart.values else "count"
    keys = [*(chart.keys or []), *(chart.groups or [])]
    return f"{chart.kind}: {aggregation} of {values} by {names(keys)}"


def _lines(page: Page, chart: Chart, whole: OfAll | None, width: int) -> list[str]:
    if chart.kind == "histogram":
        return _histogram(page, chart, whole, width)
    if not chart.keys:
        return ["There is no column of keys."]
    headings, rows, asked = page.headings, page.rows, chart
    if isinstance(whole, Whole):
        headings, rows, asked = whole.headings, whole.rows, whole.chart
    if chart.kind == "scatter":
        return _points(headings, rows, asked, width)
    table = _series.table_of(asked, headings, rows)
    if not table.series:
        return ["There is no number to draw."]
    if chart.kind == "pie":
        return _pie(table, width)
    several = len(table.series) > 1
    bars = [
        (key, one.name if several else "", one.points[key])
        for key in table.keys
        for one in table.series
        if key in one.points
    ]
    return _bars(bars, width)


def _histogram(page: Page, chart: Chart, whole: OfAll | None, width: int) -> list[str]:
    if isinstance(whole, Bins):
        edges, columns, kind = whole.edges, whole.counted, whole.kind
    else:
        edges, columns = _series.histogram(chart, page.headings, page.rows)
        kind = page.headings[(chart.values or [0])[0]].kind if page.headings else "number"
    if not edges:
        return ["A histogram needs a column of numbers with values in it."]
    said = [_number(edge) if kind == "number" else _moment(edge) for edge in edges]
    bins = [f"{a} to {b}" for a, b in itertools.pairwise(said)]
    several = len(columns) > 1
    rows = [
        (f"{name}: {edge}" if several else edge, "", float(count))
        for name, counts in columns
        for edge, count in zip(bins, counts, strict=True)
    ]
    return _bars(rows, width, most=len(rows), label=2 * _MOST_OF_A_LABEL)


def _pie(table: _series.Table, width: int) -> list[str]:
    points = table.series[0].points
    if any(value < 0 for value in points.values()):
        return ["A pie has no place for values below zero."]
    total = math.fsum(points.values())
    if total == 0:
        return ["There is nothing above zero to draw."]
    largest = sorted(points, key=lambda key: -points[key])
    shares = [(key, f"{100 * points[key] / total:.1f} %", points[key]) for key in largest]
    return _bars(shares, width)


def _bars(
    rows: list[tuple[str, str, float]],
    width: int,
    most: int = _MOST_LINES,
    label: int = _MOST_OF_A_LABEL,
) -> list[str]:
    """A line for each key, name and value; a key is said once."""
    shown = rows[:most]
    keys = [shortened(key, label) for key, _, _ in shown]
    keys = ["" if i and shown[i][0] == shown[i - 1][0] else key for i, key in enumerate(keys)]
    names = [shortened(name, _MOST_OF_A_LABEL) for _, name, _ in shown]
    said = [_number(value) for _, _, value in shown]
    columns = [keys, names] if any(names) else [keys]
    widths = [max(map(width_of, column)) for column in columns]
    room = width - sum(widths) - len(widths) - max(map(len, said)) - 2
    room = min(max(room, _LEAST_BAR), _MOST_BAR)
    low, high = min(0.0, *(v for _, _, v in shown)), max(0.0, *(v for _, _, v in shown))
    lines = []
    for number, (_, _, value) in enumerate(shown):
        labels = zip(columns, widths, strict=True)
        before = " ".join(padded(column[number], wide) for column, wide in labels)
        lines.append(f"{before} {_bar(value, low, high, room)} {said[number]}")
    if len(rows) > most:
        lines.append(f"… and {len(rows) - most:,} more")
    return lines


def _bar(value: float, low: float, high: float, room: int) -> str:
    """A bar from zero to a value, on a line that reaches from `low` to `high`."""
    span = (high - low) or 1.0
    zero = round(-low / span * room)
    if value < 0:
        cells = max(1, round(-value / span * room))
        return f"{' ' * (zero - cells)}{_full() * cells}"
    eighths = round(value / span * room * 8)
    if not _has_blocks():
        return " " * zero + "#" * round(eighths / 8)
    part = _EIGHTHS[eighths % 8].strip()
    return " " * zero + "█" * (eighths // 8) + part


def _full() -> str:
    return "█" if _has_blocks() else "#"


def _has_blocks() -> bool:
    """Whether the terminal's encoding has the block characters."""
    try:
        "█▏•".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _points(
    headings: Sequence[Heading], rows: Sequence[Cells], chart: Chart, width: int
) -> list[str]:
    """A field of points, with the ends of its axes."""
    keys, values = chart.keys or [], chart.values or []

    def at(row: Cells, position: int) -> float:
        return _series.place(row[position], headings[position].kind)

    points = [(at(row, keys[0]), at(row, value), row) for row in rows for value in values]
    points = [point for point in points if math.isfinite(point[0]) and math.isfinite(point[1])]
    if not points:
        return ["A scatter needs numbers or moments on both axes."]
    xs, ys = [x for x, _, _ in points], [y for _, y, _ in points]
    ends = [_number(max(ys)), _number(min(ys))]
    margin = max(map(len, ends))
    across = min(max(width - margin - 3, _LEAST_BAR), 100)
    field = [[" "] * across for _ in range(_HEIGHT_OF_POINTS)]
    for x, y, _ in points:
        column = _step(x, min(xs), max(xs), across)
        line = _step(y, min(ys), max(ys), _HEIGHT_OF_POINTS)
        field[_HEIGHT_OF_POINTS - 1 - line][column] = "•" if _has_blocks() else "*"
    labels = [ends[0], *[""] * (_HEIGHT_OF_POINTS - 2), ends[1]]
    lines = [
        f"{text:>{margin}} | {''.join(row).rstrip()}"
        for text, row in zip(labels, field, strict=True)
    ]
    first = _series.label(min(points, key=lambda point: point[0])[2], keys, headings)
    last = _series.label(max(points, key=lambda point: point[0])[2], keys, headings)
    gap = " " * max(1, across - len(first) - len(last))
    return [*lines, f"{'':{margin}} +{'-' * (across + 1)}", f"{'':{margin}}   {first}{gap}{last}"]


def _step(value: float, low: float, high: float, steps: int) -> int:
    return 0 if high == low else min(steps - 1, int((value - low) / (high - low) * steps))


def _number(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    size = abs(value)
    if size >= 1e15 or size < 1e-4:
        return f"{value:.2e}"
    text = f"{value:,.2f}" if size >= 1000 else f"{value:,.6f}"
    return text.rstrip("0").rstrip(".")


def _moment(seconds: float) -> str:
    """What a clock shows so many seconds after 1970 began."""
    try:
        moment = _EPOCH + datetime.timedelta(seconds=round(seconds, 3))
    except OverflowError:
        return _number(seconds)
    return moment.isoformat(" ").removesuffix(" 00:00:00")
