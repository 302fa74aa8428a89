"""Windows of rows: what `Column.over` works on."""

from __future__ import annotations

from typing import Any

from caudal import _native
from caudal.sql._convert import column_exprs, require, unpack

__all__ = ["Window", "WindowSpec"]

_PRECEDING = -(1 << 63)
_FOLLOWING = (1 << 63) - 1


def _bound(value: int) -> int:
    """`value`, or the sentinel that it stands for: ``-sys.maxsize`` too means unbounded."""
    if value <= _PRECEDING + 1:
        return _PRECEDING
    return min(value, _FOLLOWING)


class WindowSpec:
    """A window: which rows belong together, in which order, and which of them count.

    Made by the methods of :class:`Window`; each method returns a new one.
    """

    def __init__(
        self,
        partition: list[_native.Expr] | None = None,
        order: list[_native.Expr] | None = None,
        frame: tuple[str, int, int] | None = None,
    ):
        self._partition = partition or []
        self._order = order or []
        self._frame = frame

    def partitionBy(self, *cols: Any) -> WindowSpec:
        """Rows with equal values in `cols` form a window."""
        return WindowSpec(column_exprs(unpack(cols)), self._order, self._frame)

    def orderBy(self, *cols: Any) -> WindowSpec:
        """The order of the rows inside a window."""
        order = column_exprs(unpack(cols))
        return WindowSpec(self._partition, order, self._frame)

    def rowsBetween(self, start: int, end: int) -> WindowSpec:
        """The rows from `start` to `end`, counted from the current row (0), both included."""
        return self._framed("rows", start, end)

    def rangeBetween(self, start: int, end: int) -> WindowSpec:
        """The rows whose order value lies between the current one plus `start` and plus `end`."""
        return self._framed("range", start, end)

    def _framed(self, unit: str, start: int, end: int) -> WindowSpec:
        require(start, int, "start", "int")
        require(end, int, "end", "int")
        return WindowSpec(self._partition, self._order, (unit, _bound(start), _bound(end)))


class Window:
    """Where a window begins: each method makes a :class:`WindowSpec`.

    Examples
    --------
    >>> from caudal.sql import Window, functions as F
    >>> running = Window.partitionBy("action").orderBy("time").rowsBetween(
    ...     Window.unboundedPreceding, Window.currentRow)
    >>> total = F.sum("count").over(running)
    """

    unboundedPreceding: int = _PRECEDING
    unboundedFollowing: int = _FOLLOWING
    currentRow: int = 0

    @staticmethod
    def partitionBy(*cols: Any) -> WindowSpec:
        """Rows with equal values in `cols` form a window."""
        return WindowSpec().partitionBy(*cols)

    @staticmethod
    def orderBy(*cols: Any) -> WindowSpec:
        """One window of all rows, in this order."""
        return WindowSpec().orderBy(*cols)

    @staticmethod
    def rowsBetween(start: int, end: int) -> WindowSpec:
        """The rows from `start` to `end`, counted from the current row (0)."""
        return WindowSpec().rowsBetween(start, end)

    @staticmethod
    def rangeBetween(start: int, end: int) -> WindowSpec:
        """The rows whose order value lies between the current one plus `start` and plus `end`."""
        return WindowSpec().rangeBetween(start, end)
