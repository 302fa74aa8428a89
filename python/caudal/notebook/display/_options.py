"""What may be asked of ``display``, checked before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from caudal.errors import PySparkTypeError, PySparkValueError

KINDS = ("bar", "line", "area", "scatter", "histogram", "pie")
AGGREGATIONS = ("sum", "avg", "min", "max", "count")
OF_CHARTS = ("keys", "groups", "values", "aggregation", "stacked", "bins")
OF_STREAMS = (
    "streamName",
    "outputMode",
    "processingTime",
    "availableNow",
    "checkpointLocation",
    "interval",
    "wait",
    "widget",
)
ROWS = 1000
"""Rows that a notebook shows unless ``limit`` says otherwise."""
ROWS_OF_TEXT = 20
"""Rows that a terminal shows unless ``limit`` says otherwise."""
LEAST_INTERVAL = 0.1
"""Seconds between two looks at a running query, at least."""


@dataclass(frozen=True)
class Chart:
    """What to draw: columns by position, so that names may repeat."""

    kind: str
    keys: list[int] | None = None
    groups: list[int] | None = None
    values: list[int] | None = None
    aggregation: str | None = None
    stacked: bool = True
    bins: int = 10

    def for_script(self) -> dict[str, Any]:
        """What was chosen, without what is left to the script's first choice."""
        named = ("kind", "keys", "groups", "values", "aggregation", "stacked", "bins")
        chosen = {name: getattr(self, name) for name in named if getattr(self, name) is not None}
        # Keys that are given are not grouped by a column that was not.
        if self.keys is not None or self.values is not None:
            chosen.setdefault("groups", [])
        return chosen


@dataclass(frozen=True)
class Live:
    """How a stream is shown."""

    stream_name: str | None = None
    output_mode: str | None = None
    processing_time: str | None = None
    available_now: bool = False
    checkpoint: str | None = None
    interval: float = LEAST_INTERVAL
    wait: bool | None = None
    widget: bool | None = None


def known(options: dict[str, Any], is_stream: bool) -> None:
    """Refuses an option that `display` does not have, or not for this kind of frame.

    Raises
    ------
    PySparkTypeError
        It names the option.
    """
    for name in options:
        if name in OF_STREAMS and not is_stream:
            raise PySparkTypeError(f"display(): {name!r} is for streams, and this frame is none")
        if name not in ("chart", "limit", *OF_CHARTS, *OF_STREAMS):
            names = ", ".join(("chart", *OF_CHARTS, "limit", *OF_STREAMS))
            raise PySparkTypeError(f"display() has no option {name!r}; its options are {names}")


def limit_of(options: dict[str, Any], default: int) -> int:
    """The number of rows to show."""
    limit = options.get("limit", default)
    if isinstance(limit, bool) or not isinstance(limit, int) or limit < 1:
        raise PySparkValueError(f"display(limit={limit!r}): a number of rows from 1 on is needed")
    return limit


def chart_of(options: dict[str, Any], columns: Sequence[str]) -> Chart | None:
    """The chart that the options ask for, or None."""
    given = [name for name in OF_CHARTS if name in options]
    kind = options.get("chart")
    if kind is None:
        if given:
            raise PySparkTypeError(
                f"display({given[0]}=…) needs chart=…, one of {', '.join(KINDS)}"
            )
        return None
    if kind not in KINDS:
        raise PySparkValueError(f"display(chart={kind!r}): the charts are {', '.join(KINDS)}")
    aggregation = options.get("aggregation")
    if aggregation is not None and aggregation not in AGGREGATIONS:
        names = ", ".join(AGGREGATIONS)
        raise PySparkValueError(
            f"display(aggregation={aggregation!r}): the aggregations are {names}"
        )
    _fits(kind, options, given)
    stacked, bins = options.get("stacked", True), options.get("bins", 10)
    if not isinstance(stacked, bool):
        raise PySparkTypeError(f"display(stacked={stacked!r}): True or False is needed")
    if isinstance(bins, bool) or not isinstance(bins, int) or not 1 <= bins <= 200:
        raise PySparkValueError(f"display(bins={bins!r}): a number from 1 to 200 is needed")
    chosen = {name: _positions(name, options.get(name), columns) for name in OF_CHARTS[:3]}
    return Chart(kind, **chosen, aggregation=aggregation, stacked=stacked, bins=bins)


def _fits(kind: str, options: dict[str, Any], given: Iterable[str]) -> None:
    """Refuses what this kind of chart does not use."""
    unused = {
        "bar": {"bins"},
        "line": {"bins", "stacked"},
        "area": {"bins"},
        "scatter": {"bins", "stacked", "aggregation"},
        "histogram": {"keys", "groups", "aggregation", "stacked"},
        "pie": {"bins", "stacked", "groups"},
    }[kind]
    for name in given:
        if name in unused and options[name] is not None:
            raise PySparkTypeError(f"display(chart={kind!r}) has no use for {name!r}")


def _positions(option: str, given: Any, columns: Sequence[str]) -> list[int] | None:
    if given is None:
        return None
    names = [given] if isinstance(given, (str, int)) else list(given)
    return [_position(option, name, columns) for name in names]


def _position(option: str, name: Any, columns: Sequence[str]) -> int:
    if isinstance(name, int) and not isinstance(name, bool) and 0 <= name < len(columns):
        return name
    found = [i for i, column in enumerate(columns) if column == name]
    if len(found) > 1:
        raise PySparkValueError(
            f"display({option}={name!r}): several columns have this name, at {found}; give one's "
            "position"
        )
    if not found:
        raise PySparkValueError(f"display({option}={name!r}): the columns are {', '.join(columns)}")
    return found[0]


def live_of(options: dict[str, Any]) -> Live:
    """How a stream is to be shown."""
    interval = options.get("interval", LEAST_INTERVAL)
    if isinstance(interval, bool) or not isinstance(interval, (int, float)):
        raise PySparkTypeError(f"display(interval={interval!r}): a number of seconds is needed")
    if not interval >= LEAST_INTERVAL:
        raise PySparkValueError(
            f"display(interval={interval!r}): {LEAST_INTERVAL} seconds is the least"
        )
    if options.get("processingTime") is not None and options.get("availableNow"):
        raise PySparkTypeError("display(): processingTime and availableNow exclude each other")
    return Live(
        stream_name=options.get("streamName"),
        output_mode=options.get("outputMode"),
        processing_time=options.get("processingTime"),
        available_now=bool(options.get("availableNow", False)),
        checkpoint=options.get("checkpointLocation"),
        interval=float(interval),
        wait=options.get("wait"),
        widget=options.get("widget"),
    )
