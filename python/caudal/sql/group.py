"""`GroupedData`: the rows of a frame in groups, waiting for aggregates.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.errors import PySparkTypeError
from caudal.errors._native import _from_native
from caudal.sql._convert import require
from caudal.sql._functions import hints, kinds
from caudal.sql._group_state import GroupedFunctions
from caudal.sql._java_order import map_order
from caudal.sql.column import Column
from caudal.sql.types import NumericType, Row, StructType

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.pandas.group_ops import PandasCogroupedOps

__all__ = ["GroupedData"]

_KINDS = {
    "groupby": "GroupBy",
    "cube": "Cube",
    "rollup": "Rollup",
    "groupingsets": "GroupingSets",
}
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

    def __init__(
        self,
        df: DataFrame,
        keys: list[_native.Expr],
        kind: str,
        sets: tuple[int, list[list[int]]] | None = None,
        pivot: tuple[_native.Expr, list[_native.Expr]] | None = None,
    ):
        self._df = df
        self._keys = keys
        self._kind = kind
        # How many of the keys the result has, and which of them each grouping set.
        self._sets = sets
        # A column, and those of its values that become columns.
        self._pivot = pivot

    def __repr__(self) -> str:
        shown = self._keys if self._sets is None else self._keys[: self._sets[0]]
        keys = ", ".join(key.text() for key in shown)
        types = [f"{name}: {kind}" for name, kind in self._df.dtypes]
        value = ", ".join(types[:2])
        if len(types) > 2:
            more = len(types) - 2
            value += f" ... {more} more field{'s' if more > 1 else ''}"
        return (
            f"GroupedData[grouping expressions: [{keys}], value: [{value}], "
            f"type: {'Pivot' if self._pivot else _KINDS[self._kind]}]"
        )

    def _aggregate(self, exprs: list[_native.Expr]) -> DataFrame:
        frame = self._df._frame
        if self._pivot is None:
            return self._df._with(frame.aggregate(self._keys, self._kind, exprs, self._sets))
        column, values = self._pivot
        return self._df._with(_native.pivot(frame, self._keys, column, values, exprs))

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

    def apply(self, udf: Any) -> DataFrame:
        """Older form of :meth:`applyInPandas`, of a `pandas_udf` of the kind ``GROUPED_MAP``.

        Raises
        ------
        PySparkTypeError
            For any other function (``INVALID_UDF_EVAL_TYPE``).
        """
        is_function = not isinstance(udf, Column) and hasattr(udf, "func")
        if not is_function or udf.evalType != kinds.GROUPED_MAP_PANDAS:
            raise PySparkTypeError(
                errorClass="INVALID_UDF_EVAL_TYPE",
                messageParameters={"eval_type": "SQL_GROUPED_MAP_PANDAS_UDF"},
            )
        warnings.warn(
            "It is preferred to use 'applyInPandas' over this "
            "API. This API will be deprecated in the future releases. See SPARK-28264 for "
            "more details.",
            UserWarning,
            stacklevel=2,
        )
        return self.applyInPandas(udf.func, udf.returnType)

    def applyInPandas(self, func: Any, schema: Any) -> DataFrame:
        """The frame that a function makes of each group, a pandas frame of all its columns.

        Parameters
        ----------
        func
            Takes the group's frame, or its key (a tuple) and the frame, and gives a frame.
            With hints of ``Iterator[pandas.DataFrame]`` it takes and gives iterators.
        schema
            The columns of what it gives, as a type or DDL text; found by name, or by
            position in a frame without names.

        Raises
        ------
        PythonException
            From the query, for what the function raises or gives amiss.

        Examples
        --------
        >>> df = spark.createDataFrame([(1, 1.0), (1, 3.0), (2, 5.0)], "id long, v double")
        >>> def centred(frame):
        ...     return frame.assign(v=frame.v - frame.v.mean())
        >>> df.groupBy("id").applyInPandas(centred, "id long, v double").collect()
        [Row(id=1, v=-1.0), Row(id=1, v=1.0), Row(id=2, v=0.0)]
        """
        from caudal.sql._functions.tables import GroupsPandas, returned

        kind = _kind_of(func, "pandas", kinds.GROUPED_MAP_PANDAS)
        output = returned(func, schema, kind)
        session = self._df.sparkSession
        driver = GroupsPandas(session, func, output, kind == kinds.GROUPED_MAP_PANDAS_ITER)
        return self._mapped([self], "FlatMapGroupsInPandas", driver, output)

    def applyInArrow(self, func: Any, schema: Any) -> DataFrame:
        """As :meth:`applyInPandas`, with Arrow tables in place of frames.

        The key is a tuple of Arrow scalars; columns must have the declared types.
        """
        from caudal.sql._functions.tables import GroupsArrow, returned

        kind = _kind_of(func, "arrow", kinds.GROUPED_MAP_ARROW)
        output = returned(func, schema, kind)
        session = self._df.sparkSession
        driver = GroupsArrow(session, func, output, kind == kinds.GROUPED_MAP_ARROW_ITER)
        return self._mapped([self], "FlatMapGroupsInArrow", driver, output)

    def _mapped(self, groups: list[GroupedData], title: str, driver: Any, output: Any) -> DataFrame:
        frames = [(group._df._frame, group._keys) for group in groups]
        return self._df._with(_native.map_groups(frames, title, driver, output.json()))

    def cogroup(self, other: GroupedData) -> PandasCogroupedOps:
        """Two groupings together, for functions over the groups of both with one key."""
        from caudal.sql.pandas.group_ops import PandasCogroupedOps

        return PandasCogroupedOps(self, other)

    def pivot(self, pivot_col: Any, values: list[Any] | None = None) -> GroupedData:
        """Values of a column as columns: the aggregates then are of the rows with each value.

        Parameters
        ----------
        pivot_col
            The name of a column.
        values
            The values; without them a query finds them all, in their order.

        Raises
        ------
        AnalysisException
            For more found values than `spark.sql.pivotMaxValues`; on a stream without values.
        UnsupportedOperationException
            After another `pivot`, and for groups that are not of `groupBy`.

        Examples
        --------
        >>> df = spark.createDataFrame([("a", "x", 1), ("a", "y", 2)], "k string, p string, v int")
        >>> df.groupBy("k").pivot("p").sum("v").collect()
        [Row(k='a', x=1, y=2)]
        """
        if isinstance(pivot_col, Column):
            raise PySparkTypeError(
                errorClass="NOT_ITERABLE", messageParameters={"objectName": "Column"}
            )
        return self._pivot_by(self._df._frame.column(pivot_col), values)

    def _pivot_by(self, column: _native.Expr, values: list[Any] | None) -> GroupedData:
        self._can_pivot()
        found = _values_of(self._df, column) if values is None else list(values)
        for value in found:
            _check_value(self._df, column, value)
        literals = [_literal(value) for value in found]
        return GroupedData(self._df, self._keys, self._kind, None, (column, literals))

    def _can_pivot(self) -> None:
        if self._pivot is not None:
            raise _from_native(
                "UnsupportedOperationException",
                "[REPEATED_CLAUSE] The PIVOT clause may be used at most once per SUBQUERY "
                "operation. SQLSTATE: 42614",
                "REPEATED_CLAUSE",
                {"clause": "PIVOT", "operation": "SUBQUERY"},
                "42614",
                None,
            )
        if self._kind != "groupby":
            raise _from_native(
                "UnsupportedOperationException",
                "[UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY] The feature is not supported: PIVOT "
                "clause following a GROUP BY clause. Consider pushing the GROUP BY into a "
                "subquery. SQLSTATE: 0A000",
                "UNSUPPORTED_FEATURE.PIVOT_AFTER_GROUP_BY",
                {},
                "0A000",
                None,
            )


def _kind_of(func: Any, family: str, default: int) -> int:
    """By hints, where they say it."""
    try:
        return hints.of_groups(func, family) or default
    except Exception as error:
        warnings.warn(
            f"Cannot infer the eval type from type hints: {error}", UserWarning, stacklevel=3
        )
        return default


def _literal(value: Any) -> _native.Expr:
    """A value that a column can have, as a constant."""
    from caudal.sql.functions import lit

    return lit(value)._expr


def _check_value(df: DataFrame, column: _native.Expr, value: Any) -> None:
    """Rows and lists are no values of a pivot."""
    if not isinstance(value, (Row, list)):
        return
    items = ("null" if item is None else str(item) for item in value)
    shown = "[" + ",".join(items) + "]"
    found = df.select(Column(column)).schema.fields[0].dataType
    kind = found.simpleString().upper()
    if isinstance(found, StructType):
        fields = (f"{f.name}: {f.dataType.simpleString().upper()}" for f in found.fields)
        kind = f"STRUCT<{', '.join(fields)}>"
    raise _from_native(
        "SparkRuntimeException",
        "[UNSUPPORTED_FEATURE.PIVOT_TYPE] The feature is not supported: Pivoting by the value "
        f"'{shown}' of the column data type \"{kind}\". SQLSTATE: 0A000",
        "UNSUPPORTED_FEATURE.PIVOT_TYPE",
        {"value": shown, "type": f'"{kind}"'},
        "0A000",
        None,
    )


def _values_of(df: DataFrame, column: _native.Expr) -> list[Any]:
    """The distinct values of a column, in their order."""
    if df.isStreaming:
        raise _from_native(
            "AnalysisException",
            "pivot is not supported on a streaming DataFrames/Datasets",
            "_LEGACY_ERROR_TEMP_3063",
            {},
            None,
            None,
        )
    limit = int(df.sparkSession.conf.get("spark.sql.pivotMaxValues") or 0)
    frame = df.select(Column(column).alias("value")).distinct().limit(limit + 1).orderBy("value")
    rows = frame.collect()
    if len(rows) > limit:
        raise _from_native(
            "AnalysisException",
            f"The pivot column {column.text()} has more than {limit} distinct values, this could "
            "indicate an error. If this was intended, set spark.sql.pivotMaxValues to at least "
            "the number of distinct values of the pivot column.",
            "_LEGACY_ERROR_TEMP_1324",
            {
                "pivotColumn": column.text(),
                "maxValues": str(limit),
                "config": "spark.sql.pivotMaxValues",
            },
            None,
            None,
        )
    return [row[0] for row in rows]
