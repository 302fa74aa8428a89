"""`PandasCogroupedOps`: two groupings, for functions over the groups of both with one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal._missing import not_implemented

if TYPE_CHECKING:
    from caudal.sql.group import GroupedData

__all__ = ["PandasCogroupedOps"]


class PandasCogroupedOps:
    """Two groupings together; from ``GroupedData.cogroup``. Its functions are not there yet."""

    def __init__(self, gd1: GroupedData, gd2: GroupedData):
        self._gd1 = gd1
        self._gd2 = gd2

    def applyInPandas(self, func: Any, schema: Any) -> Any:
        """Each pair of groups through a function of pandas frames (not there yet)."""
        not_implemented("PandasCogroupedOps.applyInPandas")

    def applyInArrow(self, func: Any, schema: Any) -> Any:
        """Each pair of groups through a function of Arrow tables (not there yet)."""
        not_implemented("PandasCogroupedOps.applyInArrow")
