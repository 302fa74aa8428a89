"""`PandasCogroupedOps`: two groupings, for functions over the groups of both with one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal.sql._functions import kinds

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.group import GroupedData

__all__ = ["PandasCogroupedOps"]


class PandasCogroupedOps:
    """Two groupings together; from ``GroupedData.cogroup``."""

    def __init__(self, gd1: GroupedData, gd2: GroupedData):
        self._gd1 = gd1
        self._gd2 = gd2

    def applyInPandas(self, func: Any, schema: Any) -> DataFrame:
        """The frame that a function makes of each pair of groups with one key.

        Parameters
        ----------
        func
            Takes two pandas frames, or the key (a tuple) and these; one of them is empty
            where that side has no such key. It gives a frame.
        schema
            The columns of what it gives, as a type or DDL text.
        """
        from caudal.sql._functions.tables import CogroupsPandas, returned

        output = returned(func, schema, kinds.COGROUPED_MAP_PANDAS)
        driver = CogroupsPandas(self._gd1._df.sparkSession, func, output)
        sides = [self._gd1, self._gd2]
        return self._gd1._mapped(sides, "FlatMapCoGroupsInPandas", driver, output)

    def applyInArrow(self, func: Any, schema: Any) -> DataFrame:
        """As :meth:`applyInPandas`, with Arrow tables in place of frames."""
        from caudal.sql._functions.tables import CogroupsArrow, returned

        output = returned(func, schema, kinds.COGROUPED_MAP_ARROW)
        driver = CogroupsArrow(self._gd1._df.sparkSession, func, output)
        sides = [self._gd1, self._gd2]
        return self._gd1._mapped(sides, "FlatMapCoGroupsInArrow", driver, output)
