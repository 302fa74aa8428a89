"""`DataFrame` methods that answer with numbers about columns: corr, cov, crosstab, frequent
values and quantiles. All are computed at the call but `crosstab`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.errors import IllegalArgumentException, PySparkTypeError, PySparkValueError
from caudal.sql._convert import not_expected, require
from caudal.sql._frame_base import FrameBase
from caudal.sql._quantiles import QuantileSummary, frequent
from caudal.sql.types import ArrayType, NumericType, StructField, StructType

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame


class FrameNumbers(FrameBase):
    """Methods that look at the values of two columns, or at how often values are there."""

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """Pearson's correlation of two columns of numbers; a null counts as 0.

        Raises
        ------
        PySparkValueError
            For another method (``VALUE_NOT_ALLOWED``).
        IllegalArgumentException
            For a column that is not of numbers.

        Examples
        --------
        >>> spark.createDataFrame([(1, 2), (2, 4)], "a int, b int").corr("a", "b")
        1.0
        """
        self._two_names(col1, col2)
        if method and method != "pearson":
            raise PySparkValueError(
                errorClass="VALUE_NOT_ALLOWED",
                messageParameters={"arg_name": "method", "allowed_values": "['pearson']"},
            )
        found = self._of_two("corr", "correlation", col1, col2)
        return math.nan if found is None else found

    def cov(self, col1: str, col2: str) -> float:
        """The sample covariance of two columns of numbers; a null counts as 0.

        Raises
        ------
        IllegalArgumentException
            For a column that is not of numbers.
        """
        self._two_names(col1, col2)
        found = self._of_two("covar_samp", "covariance", col1, col2)
        return 0.0 if found is None else found

    def _two_names(self, col1: Any, col2: Any) -> None:
        require(col1, str, "col1", "str")
        require(col2, str, "col2", "str")

    def _of_two(self, function: str, what: str, *names: str) -> Any:
        columns = []
        for name in names:
            expr = self._frame.column(name)
            kind = self._with(self._frame.select([expr])).schema.fields[0].dataType
            if not isinstance(kind, NumericType):
                raise IllegalArgumentException(
                    f"requirement failed: Currently {what} calculation for columns with dataType "
                    f"{kind.typeName()} not supported."
                )
            zero = _native.Expr.literal(0.0)
            columns.append(_native.Expr.call("coalesce", [expr.cast('"double"'), zero]))
        call = _native.Expr.call(function, columns).alias("found")
        return self._with(self._frame.aggregate([], "groupby", [call])).collect()[0][0]

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """How often each pair of two columns' values is there: a row for each value of the
        first, a column for each of the second.

        The first column of the result is called ``col1_col2``; its values, and the names of
        the others, are the values as text.

        Examples
        --------
        >>> df = spark.createDataFrame([("a", 1), ("a", 2)], "k string, v int")
        >>> df.crosstab("k", "v").collect()
        [Row(k_v='a', 1=1, 2=1)]
        """
        from caudal.sql.group import GroupedData

        self._two_names(col1, col2)
        key = _text(_native.Expr.attribute(col1)).alias(f"{col1}_{col2}")
        tick, nothing = _native.Expr.literal("`"), _native.Expr.literal("")
        pivot = _native.Expr.call("replace", [_text(_native.Expr.attribute(col2)), tick, nothing])
        groups = GroupedData(self._with(self._frame), [key], "groupby")
        counts = groups._pivot_by(pivot, None).count()
        return counts.na.fill(dict.fromkeys(counts.columns[1:], 0))

    def freqItems(self, cols: Any, support: float | None = None) -> DataFrame:
        """Values that may be frequent, a list for each column, called ``…_freqItems``.

        No value that is more than `support` of all is left out; others may be there.

        Parameters
        ----------
        cols
            A list of names.
        support
            From 0.0001 to 1; by default 0.01.
        """
        if isinstance(cols, tuple):
            cols = list(cols)
        if not isinstance(cols, list):
            not_expected("cols", "list or tuple", cols)
        share = support or 0.01
        if not 1e-4 <= share <= 1:
            shown = _native.Expr.literal(float(share)).text()
            raise IllegalArgumentException(
                f"requirement failed: Support must be in [1e-4, 1], but got {shown}."
            )
        frame = self._with(self._frame).select(*cols)
        rows = frame.collect()
        values = tuple(frequent((row[i] for row in rows), share) for i in range(len(cols)))
        fields = [
            StructField(f"{name}_freqItems", ArrayType(f.dataType, f.nullable), True)
            for name, f in zip(cols, frame.schema.fields, strict=True)
        ]
        return self._session.createDataFrame([values], StructType(fields))

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: Any) -> Any:
        """Quantiles of columns of numbers, as exact as `relativeError` asks for.

        Parameters
        ----------
        col
            A name, or a list of names; then the result has a list for each.
        probabilities
            Numbers from 0 (the least value) to 1 (the greatest).
        relativeError
            How far a rank may be off, as a share of all rows; 0 is exact.

        Returns
        -------
        list of float
            Nulls and NaN are passed over; without a value the list is empty.

        Examples
        --------
        >>> spark.range(5).approxQuantile("id", [0.5], 0.0)
        [2.0]
        """
        names = _checked(col, probabilities, relativeError)
        error = float(relativeError)
        frame = self._with(self._frame)
        found = []
        for name in names:
            kind = frame.select(name).schema.fields[0].dataType
            if not isinstance(kind, NumericType):
                raise IllegalArgumentException(
                    f"requirement failed: Quantile calculation for column {name} with data type "
                    f"{kind!r} is not supported.".replace("()", "")
                )
            values = frame.select(frame[name].cast("double")).collect()
            summary = QuantileSummary(error)
            summary.extend(v for (v,) in values if v is not None and not math.isnan(v))
            found.append(summary.quantiles(probabilities))
        return found[0] if isinstance(col, str) else found


def _text(column: _native.Expr) -> _native.Expr:
    """A column as text, where null is the text "null"."""
    is_null = _native.Expr.call("isnull", [column])
    return _native.Expr.case([(is_null, _native.Expr.literal("null"))], column.cast('"string"'))


def _checked(col: Any, probabilities: Any, error: Any) -> list[str]:
    """The names; the other arguments are as they should be."""
    if not isinstance(col, (str, list, tuple)):
        not_expected("col", "list, str or tuple", col)
    names = [col] if isinstance(col, str) else list(col)
    for name in names:
        if not isinstance(name, str):
            raise PySparkTypeError(
                errorClass="DISALLOWED_TYPE_FOR_CONTAINER",
                messageParameters={
                    "arg_name": "col",
                    "arg_type": type(col).__name__,
                    "allowed_types": "str",
                    "item_type": type(name).__name__,
                },
            )
    if not isinstance(probabilities, (list, tuple)):
        not_expected("probabilities", "list or tuple", probabilities)
    for share in probabilities:
        if not isinstance(share, (float, int)) or share < 0 or share > 1:
            not_expected("probabilities", "list[float, int]", share)
    if not isinstance(error, (float, int)):
        not_expected("relativeError", "float or int", error)
    if error < 0:
        raise PySparkValueError(
            errorClass="NEGATIVE_VALUE",
            messageParameters={"arg_name": "relativeError", "arg_value": str(error)},
        )
    return names
