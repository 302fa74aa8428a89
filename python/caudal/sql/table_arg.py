"""A frame as an argument of a table function: not there yet."""

from __future__ import annotations

from typing import Any

from caudal._missing import not_implemented

__all__ = ["TableArg"]


class TableArg:
    """A frame as an argument of a table function (not there yet)."""

    def partitionBy(self, *cols: Any) -> TableArg:
        """The rows of each value together."""
        not_implemented("TableArg.partitionBy")

    def orderBy(self, *cols: Any) -> TableArg:
        """The rows in order."""
        not_implemented("TableArg.orderBy")

    def withSinglePartition(self) -> TableArg:
        """All rows together."""
        not_implemented("TableArg.withSinglePartition")
