"""Metrics of the rows that pass through a frame: not there yet."""

from __future__ import annotations

from typing import Any

from caudal._missing import not_implemented

__all__ = ["Observation"]


class Observation:
    """Metrics of a frame's rows, by name (not there yet)."""

    def __init__(self, *args: Any, **kwargs: Any):
        not_implemented("Observation")

    @property
    def get(self) -> dict[str, Any]:
        """The metrics, once the query ran."""
        not_implemented("Observation.get")
