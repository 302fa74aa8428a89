"""`DataFrame.na` and `DataFrame.stat`."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._globals import _NoValue
from caudal.errors import PySparkValueError
from caudal.sql._convert import not_expected
from caudal.sql._frame_base import quoted
from caudal.sql._replacements import kind_of, replacements
from caudal.sql.column import Column
from caudal.sql.types import BooleanType, DataType, DoubleType, FloatType, NumericType, StringType

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame


def _names(df: DataFrame, subset: Any, kinds: str = "list, str or tuple") -> list[str]:
    if subset is None:
        return df.columns
    if isinstance(subset, str):
        return [subset]
    if not isinstance(subset, (list, tuple)):
        not_expected("subset", kinds, subset)
    return list(subset)


def _is_number_text_or_bool(value: object) -> bool:
    return isinstance(value, (bool, int, float, str))


class DataFrameNaFunctions:
    """Rows and values that are null or NaN; from ``df.na``."""

    def __init__(self, df: DataFrame):
        self.df = df

    def drop(
        self,
        how: str = "any",
        thresh: int | None = None,
        subset: str | tuple[str, ...] | list[str] | None = None,
    ) -> DataFrame:
        """The rows without nulls and NaNs.

        Parameters
        ----------
        how
            ``any``: a row goes when one value is null; ``all``: when all are.
        thresh
            The least number of values that must not be null; `how` does not count then.
        subset
            The columns that count; without it all.

        Raises
        ------
        PySparkValueError
            For another `how` (``VALUE_NOT_ALLOWED``).
        """
        if how not in ("any", "all"):
            raise PySparkValueError(
                errorClass="VALUE_NOT_ALLOWED",
                messageParameters={"arg_name": "how", "allowed_values": "['any', 'all']"},
            )
        names = _names(self.df, subset)
        if not names:
            return self.df
        least = thresh if thresh is not None else (len(names) if how == "any" else 1)
        counted = [self._present(name) for name in names]
        total: Column = reduce(lambda a, b: a + b, counted)
        return self.df.filter(total >= least)

    def _present(self, name: str) -> Column:
        """1 where the column has a value, else 0."""
        column, kind = self._resolved(name)
        present = column.isNotNull()
        if isinstance(kind, (DoubleType, FloatType)):
            present = present & ~column.isNaN()
        one, zero = _native.Expr.literal(1), _native.Expr.literal(0)
        return Column(_native.Expr.case([(present._expr, one)], zero))

    def _resolved(self, name: str) -> tuple[Column, DataType]:
        """A column with its type; an error for a name that is not there."""
        column = Column(self.df._frame.column(name))
        return column, self.df.select(column).schema.fields[0].dataType

    def fill(self, value: Any, subset: list[str] | None = None) -> DataFrame:
        """The frame with another value for null (and for NaN in numbers).

        Parameters
        ----------
        value
            A number, text or bool, put into the columns of that kind; or a dictionary of
            column to value.
        subset
            The columns that count; without it all.

        Raises
        ------
        PySparkTypeError
            For another value (``NOT_EXPECTED_TYPE``).
        """
        return self._fill(value, subset)

    def _fill(self, value: Any, subset: Any) -> DataFrame:
        if not isinstance(value, dict) and not _is_number_text_or_bool(value):
            not_expected("value", "bool, dict, float, int or str", value)
        if isinstance(value, dict):
            wanted = {name.lower(): (name, v) for name, v in value.items()}
            for name in value:
                self.df._frame.column(quoted(name))
        else:
            if isinstance(value, int) and not isinstance(value, bool):
                value = float(value)  # As PySpark does; it shows in what can be null.
            names = _names(self.df, subset, "list or tuple")
            wanted = {name.lower(): (name, value) for name in names}
            for name, _ in wanted.values():
                self.df._frame.column(quoted(name))
        filled = []
        for field in self.df.schema.fields:
            column = Column(self.df._frame.column(quoted(field.name)))
            _, new = wanted.get(field.name.lower(), (None, None))
            if new is not None and _fits(field.dataType, new, isinstance(value, dict)):
                column = _filled(column, field.dataType, new).alias(field.name)
            filled.append(column)
        return self.df.select(*filled)

    def replace(self, to_replace: Any, value: Any = _NoValue, subset: Any = None) -> DataFrame:
        """The frame with values replaced by others.

        Parameters
        ----------
        to_replace
            A number, text or bool, a list of one kind of these, or a dictionary of old value
            to new value.
        value
            The new value, or a list as long as `to_replace`; not with a dictionary. None
            makes null.
        subset
            The columns that count; without it all. Numbers are looked for in columns of
            numbers, text in columns of text, bools in columns of bools.

        Raises
        ------
        PySparkTypeError
            For other kinds of arguments (``NOT_EXPECTED_TYPE``, ``ARGUMENT_REQUIRED``).
        PySparkValueError
            For lists of unlike lengths and for a mix of kinds (``MIXED_TYPE_REPLACEMENT``).
        """
        pairs = replacements(to_replace, value)
        if subset is not None and not isinstance(subset, (list, tuple, str)):
            not_expected("subset", "list, str or tuple", subset)
        wanted = {name.lower() for name in _names(self.df, subset)}
        for name in () if subset is None else _names(self.df, subset):
            self.df._frame.column(name)
        if not pairs:
            return self.df
        kind = kind_of(next(iter(pairs)))
        columns = []
        for field in self.df.schema.fields:
            column = Column(self.df._frame.column(quoted(field.name)))
            if field.name.lower() in wanted and isinstance(field.dataType, kind):
                column = _replaced(column, field.dataType, pairs).alias(field.name)
            columns.append(column)
        return self.df.select(*columns)


def _fits(kind: DataType, value: Any, named: bool) -> bool:
    """Whether a value goes into a column of a type; a named column takes any value."""
    if named:
        return True
    if isinstance(value, bool):
        return isinstance(kind, BooleanType)
    if isinstance(value, str):
        return isinstance(kind, StringType)
    return isinstance(kind, NumericType)


def _filled(column: Column, kind: DataType, value: Any) -> Column:
    new = Column(_native.Expr.literal(value)).cast(kind)
    if isinstance(kind, (DoubleType, FloatType)):
        null = _native.Expr.literal(None).cast(kind.json())
        column = Column(_native.Expr.call("nanvl", [column._expr, null]))
    return Column(_native.Expr.call("coalesce", [column._expr, new._expr]))


def _replaced(column: Column, kind: DataType, pairs: dict[Any, Any]) -> Column:
    """The new value where the column has the old one; numbers are compared as doubles."""
    branches = []
    for old, new in pairs.items():
        if isinstance(kind, NumericType):
            old, new = float(old), None if new is None else float(new)
        same = column == Column(_native.Expr.literal(old))
        branches.append((same._expr, _native.Expr.literal(new).cast(kind.json())))
    return Column(_native.Expr.case(branches, column._expr))


class DataFrameStatFunctions:
    """Statistics; from ``df.stat``. Each is the frame's method of the same name."""

    def __init__(self, df: DataFrame):
        self.df = df

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: Any) -> Any:
        """See `DataFrame.approxQuantile`."""
        return self.df.approxQuantile(col, probabilities, relativeError)

    def corr(self, col1: str, col2: str, method: str | None = None) -> float:
        """See `DataFrame.corr`."""
        return self.df.corr(col1, col2, method)

    def cov(self, col1: str, col2: str) -> float:
        """See `DataFrame.cov`."""
        return self.df.cov(col1, col2)

    def crosstab(self, col1: str, col2: str) -> DataFrame:
        """See `DataFrame.crosstab`."""
        return self.df.crosstab(col1, col2)

    def freqItems(self, cols: Any, support: float | None = None) -> DataFrame:
        """See `DataFrame.freqItems`."""
        return self.df.freqItems(cols, support)

    def sampleBy(self, col: Any, fractions: Any, seed: Any = None) -> DataFrame:
        """See `DataFrame.sampleBy`."""
        return self.df.sampleBy(col, fractions, seed)
