"""The bar of a long action in a notebook: one output of the cell, in place, gone at its end."""

from __future__ import annotations

from typing import Any

from caudal.sql._progress import bars_by

__all__ = ["install", "uninstall"]


def install(ip: Any) -> None:
    """Bars are drawn into cells; in a terminal's shell they stay the terminal's."""
    if hasattr(ip, "kernel"):
        bars_by(_CellBar)


def uninstall() -> None:
    """Bars are a terminal's again."""
    bars_by(None)


class _CellBar:
    """An output of the running cell."""

    def __init__(self) -> None:
        self._handle: Any = None

    def draw(self, text: str) -> None:
        """Shows a line in the place of the last one."""
        from IPython.display import display

        bundle = {"text/plain": text}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)

    def clear(self) -> None:
        """Leaves an empty output."""
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)
