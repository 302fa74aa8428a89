"""A frame as an argument of a table function; from ``df.asTable()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal.errors import IllegalArgumentException
from caudal.sql._convert import column_exprs

if TYPE_CHECKING:
    from caudal import _native
    from caudal.sql.dataframe import DataFrame

__all__ = ["TableArg"]


class TableArg:
    """A frame as an argument of a table function, and how its rows are handed over.

    Examples
    --------
    >>> from caudal.sql.functions import udtf
    >>> class Count:
    ...     def __init__(self):
    ...         self.rows = 0
    ...     def eval(self, row):
    ...         self.rows += 1
    ...     def terminate(self):
    ...         yield (self.rows,)
    >>> counted = udtf(Count, returnType="n int")
    >>> df = spark.range(6)
    >>> counted(df.asTable().partitionBy(df.id % 2)).collect()
    [Row(n=3), Row(n=3)]
    """

    def __init__(
        self,
        df: DataFrame,
        keys: list[_native.Expr] | None = None,
        order: list[_native.Expr] | None = None,
        is_single: bool = False,
    ) -> None:
        self._df = df
        self._keys = keys
        self._order = order
        self._is_single = is_single

    def partitionBy(self, *cols: Any) -> TableArg:
        """The rows of each value together, each time with a new object of the class.

        Raises
        ------
        IllegalArgumentException
            After another ``partitionBy`` or ``withSinglePartition``.
        """
        self._once("partitionBy()")
        return TableArg(self._df, _exprs(cols))

    def orderBy(self, *cols: Any) -> TableArg:
        """The rows of each part in order.

        Raises
        ------
        IllegalArgumentException
            Before the parts are told.
        """
        if self._keys is None and not self._is_single:
            raise IllegalArgumentException(
                "Please call partitionBy() or withSinglePartition() before orderBy()."
            )
        return TableArg(self._df, self._keys, _exprs(cols), self._is_single)

    def withSinglePartition(self) -> TableArg:
        """All rows together."""
        self._once("withSinglePartition()")
        return TableArg(self._df, is_single=True)

    def _once(self, call: str) -> None:
        if self._keys is not None or self._is_single:
            raise IllegalArgumentException(
                f"Cannot call {call} after partitionBy() or withSinglePartition() has been called."
            )


def _exprs(cols: tuple[Any, ...]) -> list[_native.Expr]:
    if len(cols) == 1 and isinstance(cols[0], list):
        cols = tuple(cols[0])
    return column_exprs(cols)
