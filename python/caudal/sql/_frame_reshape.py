"""`DataFrame` methods that turn rows and columns around: groupingSets, unpivot, melt,
zipWithIndex, transpose.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.sql._convert import column_expr
from caudal.sql._frame_base import FrameBase

if TYPE_CHECKING:
    from caudal.sql.column import Column
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.group import GroupedData


class FrameReshape(FrameBase):
    """Methods after which other rows and other columns are there."""

    def groupingSets(self, groupingSets: Any, *cols: Any) -> GroupedData:
        """Groups by several lists of columns at once.

        Parameters
        ----------
        groupingSets
            The lists; the columns that a list has not are null in its groups.
        cols
            The columns that the result has.

        Examples
        --------
        >>> df = spark.createDataFrame([("a", 1), ("b", 1)], "k string, g int")
        >>> sorted(df.groupingSets([["k"], []], "k").count().collect(), key=str)
        [Row(k='a', count=1), Row(k='b', count=1), Row(k=None, count=2)]
        """
        from caudal.sql.group import GroupedData

        keys = [self._group_key(c) for c in cols]
        shown = len(keys)
        sets = []
        for columns in groupingSets:
            start = len(keys)
            keys += [self._group_key(c) for c in columns]
            sets.append(list(range(start, len(keys))))
        return GroupedData(self._with(self._frame), keys, "groupingsets", (shown, sets))

    def _group_key(self, col: Any) -> _native.Expr:
        raise NotImplementedError

    def unpivot(
        self, ids: Any, values: Any, variableColumnName: str, valueColumnName: str
    ) -> DataFrame:
        """Columns as rows: for each row and each of some columns the column's name and value.

        Parameters
        ----------
        ids
            A column, or a list of them, that each of the new rows has, too.
        values
            The columns that become rows; all others where None.
        variableColumnName
            The new column with the name.
        valueColumnName
            The new column with the value, of the type that all of `values` can have.

        Raises
        ------
        AnalysisException
            ``UNPIVOT_VALUE_DATA_TYPE_MISMATCH``, ``UNPIVOT_REQUIRES_VALUE_COLUMNS``.

        Examples
        --------
        >>> df = spark.createDataFrame([(1, 10, 20)], "id int, a int, b int")
        >>> df.unpivot("id", ["a", "b"], "name", "value").collect()
        [Row(id=1, name='a', value=10), Row(id=1, name='b', value=20)]
        """
        assert ids is not None, "ids must not be None"
        found = None if values is None else _exprs(values)
        return self._with(
            _native.unpivot(self._frame, _exprs(ids), found, variableColumnName, valueColumnName)
        )

    def melt(
        self, ids: Any, values: Any, variableColumnName: str, valueColumnName: str
    ) -> DataFrame:
        """The same as :meth:`unpivot`."""
        return self.unpivot(ids, values, variableColumnName, valueColumnName)

    def zipWithIndex(self, indexColName: str = "index") -> DataFrame:
        """The frame with the number of each row, from 0, in the order that the rows have.

        Parameters
        ----------
        indexColName
            The name of the new column, a bigint.

        Examples
        --------
        >>> df = spark.createDataFrame([("b",), ("a",)], "k string")
        >>> df.orderBy("k").zipWithIndex().collect()
        [Row(k='a', index=0), Row(k='b', index=1)]
        """
        # In one partition these numbers have no gaps.
        one = _native.repartition(self._frame, "fewer", 1, [])
        number = _native.Expr.call("monotonically_increasing_id", []).alias(indexColName)
        return self._with(one.select([_native.Expr.attribute("*"), number]))

    def transpose(self, indexColumn: Column | str | None = None) -> DataFrame:
        """Columns as rows and rows as columns, computed at once.

        The first column of the result, ``key``, has the names of the columns; each row of this
        frame becomes a column, named by its value in the index column, in its order.

        Parameters
        ----------
        indexColumn
            The column with the new names, the first where None. Rows in which it is null are
            left out.

        Raises
        ------
        AnalysisException
            For other columns without a common type (``TRANSPOSE_NO_LEAST_COMMON_TYPE``), for
            an index column that is computed or nested (``TRANSPOSE_INVALID_INDEX_COLUMN``),
            and for more rows than ``spark.sql.transposeMaxValues``
            (``TRANSPOSE_EXCEED_ROW_LIMIT``).

        Examples
        --------
        >>> df = spark.createDataFrame([("B", 3, 4), ("A", 1, 2)], "id string, x int, y int")
        >>> df.transpose().collect()
        [Row(key='x', A=1, B=3), Row(key='y', A=2, B=4)]
        """
        from caudal.sql._transpose import transposed

        return transposed(self._with(self._frame), indexColumn)


def _exprs(cols: Any) -> list[_native.Expr]:
    items = cols if isinstance(cols, (list, tuple)) else [cols]
    return [column_expr(item) for item in items]
