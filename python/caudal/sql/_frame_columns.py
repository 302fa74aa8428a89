"""`DataFrame` methods about single columns: add, replace, rename, drop, find by a pattern.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._missing import not_implemented
from caudal.errors._native import _from_native
from caudal.sql._convert import column_expr, column_exprs, require
from caudal.sql._frame_base import FrameBase, quoted
from caudal.sql.column import Column

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame


class ColumnsByPattern(Column):
    """No column or several, found by ``colRegex``; only ``select`` takes it."""

    def __init__(self, exprs: list[_native.Expr]):
        self.exprs = exprs

    def __getattr__(self, name: Any) -> Any:
        # There is no `_expr`, which every other use of a column asks for.
        not_implemented("DataFrame.colRegex of no or several columns outside of select")


class FrameColumns(FrameBase):
    """Methods about single columns."""

    def withColumn(self, colName: str, col: Column) -> DataFrame:
        """The frame with a column added, or replaced where the name is there already."""
        require(col, Column, "col", "Column")
        require(colName, str, "colName", "str")
        return self._with(self._frame.with_columns([colName], [col._expr]))

    def withColumns(self, *colsMap: dict[str, Column]) -> DataFrame:
        """The frame with the columns of a dictionary added or replaced."""
        assert len(colsMap) == 1
        require(colsMap[0], dict, "colsMap", "dict")
        names = list(colsMap[0])
        self._refuse_duplicates(names)
        return self._with(self._frame.with_columns(names, column_exprs(colsMap[0].values())))

    def _refuse_duplicates(self, names: list[str]) -> None:
        """``COLUMN_ALREADY_EXISTS`` for a name that comes twice, in the session's view of case."""
        if self._session.conf.get("spark.sql.caseSensitive") != "true":
            names = [name.lower() for name in names]
        for position, name in enumerate(names):
            if name in names[:position]:
                raise _from_native(
                    "AnalysisException",
                    f"[COLUMN_ALREADY_EXISTS] The column {quoted(name)} already exists. Choose "
                    "another name or rename the existing column. SQLSTATE: 42711",
                    "COLUMN_ALREADY_EXISTS",
                    {"columnName": quoted(name)},
                    "42711",
                    None,
                )

    def withMetadata(self, columnName: str, metadata: dict[str, Any]) -> DataFrame:
        """The frame with other metadata on a column, as its schema shows it."""
        require(metadata, dict, "metadata", "dict")
        require(columnName, str, "columnName", "str")
        column = self._frame.column(columnName).alias(columnName, json.dumps(metadata))
        return self._with(self._frame.with_columns([columnName], [column]))

    def withColumnRenamed(self, existing: str, new: str) -> DataFrame:
        """The frame with a column renamed; the same frame where there is no such column."""
        require(existing, str, "existing", "str")
        require(new, str, "new", "str")
        return self._with(self._frame.rename([(existing, new)]))

    def withColumnsRenamed(self, colsMap: dict[str, str]) -> DataFrame:
        """The frame with columns renamed, one pair after the other: old name to new name."""
        require(colsMap, dict, "colsMap", "dict")
        for new in colsMap.values():
            require(new, str, "colsMap", "dict[str, str]")
        frame = self._frame
        for pair in colsMap.items():
            frame = frame.rename([pair])
        return self._with(frame)

    def toDF(self, *cols: str) -> DataFrame:
        """The frame with all columns renamed, in order."""
        for name in cols:
            require(name, str, "cols", "list[str]")
        return self._with(self._frame.named(cols))

    def drop(self, *cols: Any) -> DataFrame:
        """The frame without some columns; a name that is not there is no error."""
        exprs = [
            _native.Expr.attribute(quoted(c)) if isinstance(c, str) else column_expr(c)
            for c in cols
        ]
        return self._with(self._frame.drop(exprs))

    def colRegex(self, colName: str) -> Column:
        """The columns whose names match a pattern, for :meth:`select`.

        Parameters
        ----------
        colName
            A pattern in backquotes; without backquotes a name. Case counts only with
            ``spark.sql.caseSensitive``.

        Examples
        --------
        >>> df.select(df.colRegex("`a.*`")).columns
        ['a']
        """
        require(colName, str, "colName", "str")
        if re.fullmatch(r"`[^`]*`", colName) is None:
            if "`" in colName:
                not_implemented("DataFrame.colRegex with a pattern after a frame's alias")
            return Column(self._frame.column(colName))
        sensitive = self._session.conf.get("spark.sql.caseSensitive") == "true"
        try:
            pattern = re.compile(colName[1:-1], 0 if sensitive else re.IGNORECASE)
        except re.error:
            not_implemented(f"DataFrame.colRegex with the pattern {colName}")
        names = [name for name in self._frame.columns if pattern.fullmatch(name)]
        found = [self._frame.column(quoted(name)) for name in names]
        return Column(found[0]) if len(found) == 1 else ColumnsByPattern(found)
