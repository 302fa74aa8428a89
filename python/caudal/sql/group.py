"""`GroupedData`: the rows of a frame in groups, waiting for aggregates.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._missing import not_implemented
from caudal.errors._native import _from_native
from caudal.sql._convert import require
from caudal.sql._group_state import GroupedFunctions
from caudal.sql._java_order import map_order
from caudal.sql.column import Column
from caudal.sql.types import NumericType

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

__all__ = ["GroupedData"]

_KINDS = {"groupby": "GroupBy", "cube": "Cube", "rollup": "Rollup"}
_OTHER_NAMES = {"mean": "avg", "average": "avg", "stddev_samp": "stddev", "variance": "var_samp"}


def _not_numeric(name: str) -> Exception:
    return _from_native(
        "AnalysisException",
        f'"{name}" is not a numeric column. Aggregation function can only be applied on a '
        "numeric column.",
        "_LEGACY_ERROR_TEMP_1323",
        {"colName": name},
        None,
        None,
    )


class GroupedData(GroupedFunctions):
    """Groups of a frame's rows; from ``df.groupBy``, ``df.cube`` and ``df.rollup``.

    Every method gives a frame of the keys followed by the aggregates.

    Examples
    --------
    >>> df = spark.createDataFrame([("a", 1), ("a", 2)], "k string, v int")
    >>> df.groupBy("k").agg({"v": "sum"}).collect()
    [Row(k='a', sum(v)=3)]
    """

    def __init__(self, df: DataFrame, keys: list[_native.Expr], kind: str):
        self._df = df
        self._keys = keys
        self._kind = kind

    def __repr__(self) -> str:
        keys = ", ".join(key.text() for key in self._keys)
        types = [f"{name}: {kind}" for name, kind in self._df.dtypes]
        value = ", ".join(types[:2])
        if len(types) > 2:
            more = len(types) - 2
            value += f" ... {more} more field{'s' if more > 1 else ''}"
        return (
            f"GroupedData[grouping expressions: [{keys}], value: [{value}], "
            f"type: {_KINDS[self._kind]}]"
        )

    def _aggregate(self, exprs: list[_native.Expr]) -> DataFrame:
        return self._df._with(self._df._frame.aggregate(self._keys, self._kind, exprs))

    def agg(self, *exprs: Any) -> DataFrame:
        """Aggregates of each group.

        Parameters
        ----------
        exprs
            Columns made by aggregate functions; or one dictionary of column to function name,
            ``"*"`` with ``"count"`` for the number of rows.
        """
        assert exprs, "exprs should not be empty"
        if len(exprs) == 1 and isinstance(exprs[0], dict):
            pairs = map_order(exprs[0])
            return self._aggregate([self._by_name(name, function) for name, function in pairs])
        assert all(isinstance(e, Column) for e in exprs), "all exprs should be Column"
        return self._aggregate([e._expr for e in exprs])

    def _by_name(self, column: str, function: Any) -> _native.Expr:
        require(column, str, "exprs", "dict[str, str]")
        require(function, str, "exprs", "dict[str, str]")
        name = function.lower()
        if column == "*":
            one = _native.Expr.literal(1)
            star = _native.Expr.attribute("*")
            return _native.Expr.call(name, [one if name == "count" else star])
        return _native.Expr.call(_OTHER_NAMES.get(name, name), [self._df._frame.column(column)])

    def count(self) -> DataFrame:
        """The number of rows of each group, as `count`."""
        rows = _native.Expr.call("count", [_native.Expr.literal(1)])
        return self._aggregate([rows.alias("count")])

    def _numeric(self, function: str, cols: tuple[str, ...]) -> DataFrame:
        """An aggregate of the columns named, or of all numeric ones."""
        frame = self._df._frame
        if not cols:
            numeric = [f.name for f in self._df.schema if isinstance(f.dataType, NumericType)]
            found = [self._df._column_at(self._df.columns.index(name))._expr for name in numeric]
        else:
            found = []
            for name in cols:
                require(name, str, "cols", "str")
                expr = frame.column(name)
                kind = self._df.select(Column(expr)).schema.fields[0].dataType
                if not isinstance(kind, NumericType):
                    raise _not_numeric(name)
                found.append(expr)
        return self._aggregate([_native.Expr.call(function, [expr]) for expr in found])

    def sum(self, *cols: str) -> DataFrame:
        """The sum of numeric columns."""
        return self._numeric("sum", cols)

    def avg(self, *cols: str) -> DataFrame:
        """The mean of numeric columns."""
        return self._numeric("avg", cols)

    def mean(self, *cols: str) -> DataFrame:
        """The same as :meth:`avg`."""
        return self._numeric("avg", cols)

    def min(self, *cols: str) -> DataFrame:
        """The least value of numeric columns."""
        return self._numeric("min", cols)

    def max(self, *cols: str) -> DataFrame:
        """The greatest value of numeric columns."""
        return self._numeric("max", cols)

    def apply(self, udf: Any) -> Any:
        """Older form of :meth:`applyInPandas` (not there yet)."""
        not_implemented("GroupedData.apply")

    def applyInArrow(self, func: Any, schema: Any) -> Any:
        """Each group through a function of Arrow tables (not there yet)."""
        not_implemented("GroupedData.applyInArrow")

    def applyInPandas(self, func: Any, schema: Any) -> Any:
        """Each group through a function of pandas frames (not there yet)."""
        not_implemented("GroupedData.applyInPandas")

    def cogroup(self, other: Any) -> Any:
        """Two groupings together (not there yet)."""
        not_implemented("GroupedData.cogroup")

    def pivot(self, pivot_col: Any, values: Any = None) -> Any:
        """Values of a column as columns (not there yet)."""
        not_implemented("GroupedData.pivot")
