"""`DataFrame.describe` and `DataFrame.summary`: a few numbers about each column.

The numbers are computed at the call, in one pass over the rows; what they are made of
are ordinary aggregates, so there is no second way to compute a mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.errors import IllegalArgumentException
from caudal.errors._native import _from_native
from caudal.sql._convert import not_expected, unpack
from caudal.sql._frame_base import FrameBase, quoted
from caudal.sql.types import DecimalType, NumericType, StringType, StructField, StructType

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

_DESCRIBED = ("count", "mean", "stddev", "min", "max")
_SUMMARY = ("count", "mean", "stddev", "min", "25%", "50%", "75%", "max")
_CALLS = {
    "count": "count",
    "count_distinct": "count",
    "approx_count_distinct": "approx_count_distinct",
    "mean": "avg",
    "stddev": "stddev",
    "min": "min",
    "max": "max",
}
# These are numbers whatever the column is: text takes part as far as it is a number.
_OF_NUMBERS = ("mean", "stddev")


class FrameStatistics(FrameBase):
    """Methods that tell about the values of each column."""

    def describe(self, *cols: Any) -> DataFrame:
        """Count, mean, standard deviation, least and greatest value, all as text.

        Parameters
        ----------
        cols
            Names, or one list of names; without any all columns. Only columns of numbers and
            text are described.

        Examples
        --------
        >>> spark.range(3).describe().collect()[1]
        Row(summary='mean', id='1.0')
        """
        names = unpack(cols, (list, tuple))
        for name in names:
            if not isinstance(name, str):
                not_expected("cols", "str", name)
        frame = self._with(self._frame)
        return (frame.select(*names) if names else frame)._statistics(_DESCRIBED)

    def summary(self, *statistics: str) -> DataFrame:
        """Chosen statistics of all columns of numbers and text, all as text.

        Parameters
        ----------
        statistics
            ``count``, ``mean``, ``stddev``, ``min``, ``max``, ``count_distinct``,
            ``approx_count_distinct``, or a percentile such as ``"75%"``; without any the five
            of :meth:`describe` and the quartiles.

        Raises
        ------
        IllegalArgumentException
            For another statistic (``UNRECOGNIZED_STATISTIC``).
        """
        names = unpack(statistics, (list, tuple)) or _SUMMARY
        for name in names:
            _check(name)
        return self._statistics(tuple(names))

    def _statistics(self, names: tuple[str, ...]) -> DataFrame:
        fields = self._with(self._frame).schema.fields
        found = [f for f in fields if isinstance(f.dataType, (NumericType, StringType))]
        exprs = [
            _statistic(name, self._frame.column(quoted(f.name)), f.dataType).cast("string")
            for name in names
            for f in found
        ]
        values: list[Any] = []
        if exprs:
            named = [expr.alias(f"_{position}") for position, expr in enumerate(exprs)]
            frame = self._frame.aggregate([], "groupby", named)
            values = list(frame.collect(None, lambda _, row: row)[0])
        width = len(found)
        rows = [(name, *values[i * width : (i + 1) * width]) for i, name in enumerate(names)]
        columns = ["summary", *(f.name for f in found)]
        schema = StructType([StructField(name, StringType()) for name in columns])
        return self._with(self._session._native.local_rows(schema.json(), rows))


def _check(name: Any) -> None:
    if not isinstance(name, str):
        not_expected("statistics", "str", name)
    if name in _CALLS:
        return
    try:
        percentage = float(name[:-1]) if name.endswith("%") else None
    except ValueError:
        percentage = None
    if percentage is None:
        raise _from_native(
            "IllegalArgumentException",
            f"[UNRECOGNIZED_STATISTIC] The statistic '{name}' is not recognized. Valid statistics "
            "include `count`, `count_distinct`, `approx_count_distinct`, `mean`, `stddev`, "
            "`min`, `max`, and percentile values. Percentile must be a numeric value followed "
            "by '%', within the range 0% to 100%. SQLSTATE: 42704",
            "UNRECOGNIZED_STATISTIC",
            {"stats": f"'{name}'"},
            "42704",
            None,
        )
    if not 0 <= percentage <= 100:
        raise IllegalArgumentException(
            "requirement failed: Percentiles must be in the range [0, 1]"
        )


def _statistic(name: str, column: _native.Expr, kind: Any) -> _native.Expr:
    """The aggregate of one column, before it becomes text."""
    is_text = isinstance(kind, StringType)
    if name.endswith("%"):
        if is_text or isinstance(kind, DecimalType):
            column = column.cast("double", is_text)
        share = _native.Expr.literal(float(name[:-1]) / 100)
        return _native.Expr.call("percentile_approx", [column, share])
    if is_text and name in _OF_NUMBERS:
        column = column.cast("double", True)
    return _native.Expr.call(_CALLS[name], [column], name == "count_distinct")
