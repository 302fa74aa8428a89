"""`DataFrame` methods that make frames of frames: choose, filter, group, order, join, name.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.errors import (
    PySparkIndexError,
    PySparkTypeError,
    PySparkValueError,
)
from caudal.sql._convert import column_expr, not_expected, require, unpack
from caudal.sql._frame_base import FrameBase
from caudal.sql._frame_columns import ColumnsByPattern
from caudal.sql.column import Column
from caudal.sql.observation import Observation

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.group import GroupedData


class FrameRelations(FrameBase):
    """Methods that make one frame of one frame."""

    def select(self, *cols: Any) -> DataFrame:
        """The columns given, by name or as expressions, as arguments or as one list.

        Examples
        --------
        >>> df.select("a", (df.a + 1).alias("b")).columns
        ['a', 'b']
        """
        found: list[_native.Expr] = []
        for col in unpack(cols, (list, tuple)):
            found += col.exprs if isinstance(col, ColumnsByPattern) else [column_expr(col)]
        return self._with(self._frame.select(found))

    def selectExpr(self, *expr: Any) -> DataFrame:
        """The columns that SQL expressions give.

        Examples
        --------
        >>> df.selectExpr("a + 1 as b").columns
        ['b']
        """
        return self._with(self._frame.select([_native.Expr.parse(e) for e in unpack(expr)]))

    def filter(self, condition: Column | str) -> DataFrame:
        """The rows for which a condition is true: a column, or SQL.

        Raises
        ------
        PySparkTypeError
            For anything else (``NOT_EXPECTED_TYPE``).
        """
        if isinstance(condition, str):
            return self._with(self._frame.filter(_native.Expr.parse(condition)))
        if isinstance(condition, Column):
            return self._with(self._frame.filter(condition._expr))
        not_expected("condition", "Column or str", condition)

    def where(self, condition: Column | str) -> DataFrame:
        """The same as :meth:`filter`."""
        return self.filter(condition)

    # Groups.

    def groupBy(self, *cols: Any) -> GroupedData:
        """The rows in groups of equal values, for an aggregate of each.

        Parameters
        ----------
        cols
            Names, columns, or positions from 1; without any all rows are one group.

        Examples
        --------
        >>> df.groupBy("a").count().columns
        ['a', 'count']
        """
        return self._grouped("groupby", cols)

    def groupby(self, *cols: Any) -> GroupedData:
        """The same as :meth:`groupBy`."""
        return self._grouped("groupby", cols)

    def cube(self, *cols: Any) -> GroupedData:
        """Groups by every combination of `cols`, summed over the others (null there)."""
        return self._grouped("cube", cols)

    def rollup(self, *cols: Any) -> GroupedData:
        """Groups by `cols`, by all but the last, and so on up to all rows."""
        return self._grouped("rollup", cols)

    def _grouped(self, kind: str, cols: tuple[Any, ...]) -> GroupedData:
        from caudal.sql.group import GroupedData

        keys = [self._group_key(c) for c in unpack(cols, (list, tuple))]
        return GroupedData(self._with(self._frame), keys, kind)

    def _group_key(self, col: Any) -> _native.Expr:
        if isinstance(col, int) and not isinstance(col, bool):
            if col < 1:
                raise PySparkIndexError(
                    errorClass="INDEX_NOT_POSITIVE", messageParameters={"index": str(col)}
                )
            return self._column_at(col - 1)._expr
        return column_expr(col)

    def agg(self, *exprs: Any) -> DataFrame:
        """Aggregates of all rows; the same as ``groupBy().agg(…)``."""
        return self.groupBy().agg(*exprs)

    # Order.

    def sort(self, *cols: Any, **kwargs: Any) -> DataFrame:
        """The rows in order.

        Parameters
        ----------
        cols
            Names, columns, or positions from 1 (negative: descending).
        ascending
            True, False, or a list with one of them for each column; by keyword.

        Raises
        ------
        PySparkValueError
            Without a column (``CANNOT_BE_EMPTY``).
        PySparkIndexError
            For position 0 (``ZERO_INDEX``).
        """
        return self._with(self._frame.sort(self._order(cols, kwargs), True))

    def orderBy(self, *cols: Any, **kwargs: Any) -> DataFrame:
        """The same as :meth:`sort`."""
        return self.sort(*cols, **kwargs)

    def sortWithinPartitions(self, *cols: Any, **kwargs: Any) -> DataFrame:
        """The rows of each partition in order."""
        return self._with(self._frame.sort(self._order(cols, kwargs), False))

    def _order(self, cols: tuple[Any, ...], options: dict[str, Any]) -> list[_native.Expr]:
        ascending = options.pop("ascending", True)
        if options:
            raise TypeError(f"sort() got an unexpected keyword argument '{next(iter(options))}'")
        if not cols:
            raise PySparkValueError(
                errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "cols"}
            )
        keys = [self._order_key(c) for c in unpack(cols)]
        if isinstance(ascending, (bool, int)):
            ascending = [ascending] * len(keys)
        if not isinstance(ascending, list):
            not_expected("ascending", "Column, int or str", ascending)
        pairs = zip(ascending, keys, strict=False)
        return [key if up else key.sort(False, None) for up, key in pairs]

    def _order_key(self, col: Any) -> _native.Expr:
        if isinstance(col, bool) or not isinstance(col, (int, str, Column)):
            not_expected("col", "Column, int or str", col)
        if not isinstance(col, int):
            return column_expr(col)
        if col == 0:
            raise PySparkIndexError(errorClass="ZERO_INDEX", messageParameters={})
        key = self._column_at(abs(col) - 1)._expr
        return key if col > 0 else key.sort(False, None)

    # Fewer rows.

    def limit(self, num: int) -> DataFrame:
        """At most `num` rows."""
        require(num, int, "num", "int")
        return self._with(self._frame.limit(num))

    def offset(self, num: int) -> DataFrame:
        """The rows after the first `num`."""
        require(num, int, "num", "int")
        return self._with(self._frame.offset(num))

    def distinct(self) -> DataFrame:
        """Each row once."""
        return self._with(self._frame.distinct(None))

    def dropDuplicates(self, subset: list[str] | None = None) -> DataFrame:
        """One row for each combination of values in `subset` (without it, of all columns).

        On a stream the keys are kept; a watermark lets old ones go.
        """
        return self._with(self._frame.distinct(_subset(subset)))

    def drop_duplicates(self, subset: list[str] | None = None) -> DataFrame:
        """The same as :meth:`dropDuplicates`."""
        return self.dropDuplicates(subset)

    def dropDuplicatesWithinWatermark(self, subset: list[str] | None = None) -> DataFrame:
        """One row for each combination of the columns' values, on a stream with a watermark.

        A row that is equal to one before it is dropped if its event time is less than the
        watermark's delay after the first one's; state older than the watermark is let go.

        Parameters
        ----------
        subset
            Names of columns; all by default.
        """
        return self._with(self._frame.distinct(_subset(subset), True))

    def alias(self, alias: str) -> DataFrame:
        """The frame under a name, for ``name.column`` in a join."""
        assert isinstance(alias, str), "alias should be a string"
        return self._with(self._frame.alias(alias))

    def withWatermark(self, eventTime: str, delayThreshold: str) -> DataFrame:
        """How late rows may come: state older than the delay is let go.

        Parameters
        ----------
        eventTime
            Name of a column of timestamps.
        delayThreshold
            An interval, for example ``"10 minutes"``.
        """
        if not eventTime or not isinstance(eventTime, str):
            not_expected("eventTime", "str", eventTime)
        if not delayThreshold or not isinstance(delayThreshold, str):
            not_expected("delayThreshold", "str", delayThreshold)
        return self._with(self._frame.watermark(eventTime, delayThreshold))

    def observe(self, observation: Observation | str, *exprs: Column) -> DataFrame:
        """The same rows, and aggregates over them while they pass: no second look at them.

        Parameters
        ----------
        observation
            An ``Observation``, which the first action over the result fills, or a name, under
            which a streaming query reports each batch's metrics in its progress.
        exprs
            Aggregates, and what is computed of aggregates and constants alone.

        Raises
        ------
        AnalysisException
            For an expression that is none (``INVALID_OBSERVED_METRICS``), or a name that the
            frame has for other metrics (``DUPLICATED_METRICS_NAME``).
        IllegalArgumentException
            For an ``Observation`` on a stream, whose batches have metrics each.
        PySparkAssertionError
            For an ``Observation`` that observes another frame (``REUSE_OBSERVATION``).

        Examples
        --------
        >>> from caudal.sql import Observation, functions as F
        >>> observation = Observation()
        >>> observed = spark.range(10).observe(observation, F.max("id").alias("top"))
        >>> observed.where("id < 3").count()
        3
        >>> observation.get
        {'top': 9}
        """
        if not exprs:
            raise PySparkValueError(
                errorClass="CANNOT_BE_EMPTY", messageParameters={"item": "exprs"}
            )
        if not all(isinstance(expr, Column) for expr in exprs):
            not_expected("exprs", "list[Column]", exprs)
        natives = [column_expr(expr) for expr in exprs]
        if isinstance(observation, Observation):
            return self._with(observation._on(self._frame, natives))
        if not isinstance(observation, str):
            not_expected("observation", "Observation or str", observation)
        return self._with(self._frame.observe(observation, natives))

    def transform(self, func: Callable[..., DataFrame], *args: Any, **kwargs: Any) -> DataFrame:
        """``func(frame, …)``, for chains of calls."""
        result = func(self, *args, **kwargs)
        assert isinstance(result, FrameBase), (
            f"Func returned an instance of type [{type(result)}], should have been DataFrame."
        )
        return result

    # Two frames.

    def join(self, other: DataFrame, on: Any = None, how: str | None = None) -> DataFrame:
        """The rows of two frames side by side.

        Parameters
        ----------
        on
            A name or a list of names that both frames have (each appears once in the result),
            a condition, or a list of conditions that all must hold.
        how
            ``inner`` (the default), ``left``, ``right``, ``outer``, ``semi``, ``anti``,
            ``cross``, and their longer spellings.

        Raises
        ------
        AnalysisException
            For another kind of join (``UNSUPPORTED_JOIN_TYPE``).
        """
        right = self._native_of(other)
        if how is not None:
            assert isinstance(how, str), "how should be a string"
        return self._with(self._frame.join(right, _join_on(on), how or "inner"))

    def crossJoin(self, other: DataFrame) -> DataFrame:
        """Each row of one frame with each row of the other."""
        return self._with(self._frame.join(self._native_of(other), None, "cross"))

    def union(self, other: DataFrame) -> DataFrame:
        """The rows of both frames; columns are matched by position."""
        return self._set("union", other, True)

    def unionAll(self, other: DataFrame) -> DataFrame:
        """The same as :meth:`union`."""
        return self.union(other)

    def unionByName(self, other: DataFrame, allowMissingColumns: bool = False) -> DataFrame:
        """The rows of both frames; columns are matched by name.

        Parameters
        ----------
        allowMissingColumns
            Null where only one frame has a column; an error without it.
        """
        require(allowMissingColumns, bool, "allowMissingColumns", "bool")
        frame = self._native_of(other)
        return self._with(
            self._frame.set_operation(frame, "union", True, True, allowMissingColumns)
        )

    def intersect(self, other: DataFrame) -> DataFrame:
        """The rows that both frames have, each once."""
        return self._set("intersect", other, False)

    def intersectAll(self, other: DataFrame) -> DataFrame:
        """The rows that both frames have, as often as both have them."""
        return self._set("intersect", other, True)

    def subtract(self, other: DataFrame) -> DataFrame:
        """The rows that the other frame has not, each once."""
        return self._set("except", other, False)

    def exceptAll(self, other: DataFrame) -> DataFrame:
        """The rows that the other frame has less often, as often as that."""
        return self._set("except", other, True)

    def _set(self, op: str, other: DataFrame, is_all: bool) -> DataFrame:
        frame = self._native_of(other)
        return self._with(self._frame.set_operation(frame, op, is_all, False, False))

    # Views.

    def createTempView(self, name: str) -> None:
        """Names the frame in SQL; an error where the name is taken."""
        self._view(name, False, False)

    def createOrReplaceTempView(self, name: str) -> None:
        """Names the frame in SQL."""
        self._view(name, True, False)

    def createGlobalTempView(self, name: str) -> None:
        """Names the frame in SQL of all sessions, under ``global_temp``."""
        self._view(name, False, True)

    def createOrReplaceGlobalTempView(self, name: str) -> None:
        """Names the frame in SQL of all sessions, under ``global_temp``."""
        self._view(name, True, True)

    def registerTempTable(self, name: str) -> None:
        """Older name of :meth:`createOrReplaceTempView`."""
        warnings.warn(
            "Deprecated in 2.0, use createOrReplaceTempView instead.", FutureWarning, stacklevel=2
        )
        self._view(name, True, False)

    def _view(self, name: str, replace: bool, is_global: bool) -> None:
        require(name, str, "name", "str")
        self._frame.create_temp_view(name, replace, is_global)


def _subset(subset: Any) -> list[str] | None:
    if subset is None:
        return None
    if not isinstance(subset, (list, tuple)):
        not_expected("subset", "list or tuple", subset)
    for name in subset:
        require(name, str, "subset", "str")
    return list(subset)


def _join_on(on: Any) -> _native.Expr | list[str] | None:
    if on is None:
        return None
    items = on if isinstance(on, list) else [on]
    if isinstance(items[0], str):
        if any(isinstance(item, Column) for item in items):
            raise PySparkTypeError(
                errorClass="NOT_ITERABLE", messageParameters={"objectName": "Column"}
            )
        for name in items:
            require(name, str, "on", "list[str]")
        return list(items)
    assert all(isinstance(item, Column) for item in items), "on should be Column or list of Column"
    condition: Column = reduce(lambda a, b: a & b, items)
    return condition._expr
