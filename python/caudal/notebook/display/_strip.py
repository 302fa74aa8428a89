"""The figures of a running query, as its strip shows them."""

from __future__ import annotations

from typing import Any

from caudal.sql.streaming.query import StreamingQuery


def strip_of(query: StreamingQuery, hint: str) -> dict[str, Any]:
    """State, figures and a line of text, from the query's last progress.

    Parameters
    ----------
    query
        The query.
    hint
        What to say below the figures while it runs.
    """
    progress = query.lastProgress
    error = None if query.isActive else query.exception()
    if query.isActive:
        state, status = "running", f"● {query.name} · running"
    elif error is not None:
        state, status, hint = "failed", f"✕ {query.name} · failed", _said(error)
    else:
        state, status, hint = "stopped", f"■ {query.name} · stopped", ""
    figures = _no_figures() if progress is None else _figures(progress)
    return {"state": state, "status": status, "hint": hint, "figures": figures}


def as_text(strip: dict[str, Any]) -> str:
    """The strip as a line for terminals, and the hint as another."""
    figures = strip["figures"]
    line = (
        f"{strip['status']} · batch {figures['batch']['text']} · "
        f"input {figures['input']['text']} · processing {figures['processing']['text']} · "
        f"batch duration {figures['duration']['text']} · state rows {figures['state']['text']}"
    )
    return f"{line}\n{strip['hint']}" if strip["hint"] else line


def _no_figures() -> dict[str, Any]:
    names = ("batch", "input", "processing", "duration", "state")
    return {name: {"text": "–", "value": 0} for name in names}


def _figures(progress: Any) -> dict[str, Any]:
    state = sum(operator["numRowsTotal"] for operator in progress["stateOperators"])
    duration = progress["batchDuration"]
    return {
        "batch": {"text": f"{progress['batchId']}", "value": progress["batchId"]},
        "input": _rate(progress["inputRowsPerSecond"]),
        "processing": _rate(progress["processedRowsPerSecond"]),
        # Whole milliseconds are what progress has: none of them is not no time.
        "duration": {"text": f"{duration:,} ms" if duration else "under 1 ms", "value": duration},
        "state": {"text": f"{state:,}", "value": state},
    }


def _rate(rows: float | None) -> dict[str, Any]:
    value = 0.0 if rows is None or rows != rows else float(rows)
    return {
        "text": f"{value:,.0f} rows/s" if value >= 10 else f"{value:,.1f} rows/s",
        "value": value,
    }


def _said(error: BaseException) -> str:
    text = str(error).strip()
    return text if len(text) <= 1000 else text[:1000] + "…"
