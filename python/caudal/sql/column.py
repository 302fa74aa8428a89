"""`Column`: an expression over the columns of a frame.

A thin wrapper of `_native.Expr`. Nothing is resolved here: names, types and functions
are looked up when a frame uses the column.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from caudal import _native
from caudal.errors import (
    IllegalArgumentException,
    PySparkAttributeError,
    PySparkTypeError,
    PySparkValueError,
    UnsupportedOperationException,
)
from caudal.sql._convert import literal, not_expected, plain_value, require
from caudal.sql.types import DataType

if TYPE_CHECKING:
    from caudal.sql.window import WindowSpec

__all__ = ["Column"]


def _require_text(name: str, value: object) -> str:
    if not isinstance(value, str):
        not_expected(name, "str", value)
    return value


class Column:
    """A column of a frame, or an expression made of columns and values.

    Made by ``df.name``, ``df["name"]``, :func:`caudal.sql.functions.col` and by operators and
    functions on other columns. Operators: ``+ - * / % **``, ``== != < <= > >=``, ``& | ~``
    (for *and*, *or*, *not*) and ``[]`` for a field, an element or an entry.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> (F.col("a") + 1).alias("b")
    Column<'+(a, 1) AS b'>
    """

    _expr: _native.Expr

    def __init__(self, expr: _native.Expr, case: _Case | None = None):
        self._expr = expr
        # Only `when` fills it: a chain of branches can grow, any other expression cannot.
        self._case = case

    # Arithmetic.

    def _call(self, name: str, *others: Any) -> Column:
        return Column(_native.Expr.call(name, [self._expr, *(literal(o) for o in others)]))

    def _reverse_call(self, name: str, other: Any) -> Column:
        return Column(_native.Expr.call(name, [literal(other), self._expr]))

    def __neg__(self) -> Column:
        return self._call("negative")

    def __add__(self, other: Any) -> Column:
        return self._call("+", other)

    def __radd__(self, other: Any) -> Column:
        return self._call("+", other)

    def __sub__(self, other: Any) -> Column:
        return self._call("-", other)

    def __rsub__(self, other: Any) -> Column:
        return self._reverse_call("-", other)

    def __mul__(self, other: Any) -> Column:
        return self._call("*", other)

    def __rmul__(self, other: Any) -> Column:
        return self._call("*", other)

    def __truediv__(self, other: Any) -> Column:
        return self._call("/", other)

    def __rtruediv__(self, other: Any) -> Column:
        return self._reverse_call("/", other)

    __div__ = __truediv__
    __rdiv__ = __rtruediv__

    def __mod__(self, other: Any) -> Column:
        return self._call("%", other)

    def __rmod__(self, other: Any) -> Column:
        return self._reverse_call("%", other)

    def __pow__(self, other: Any) -> Column:
        return self._call("power", other)

    def __rpow__(self, other: Any) -> Column:
        return self._reverse_call("power", other)

    # Comparison and logic.

    def __eq__(self, other: Any) -> Column:  # type: ignore[override]
        return self._call("=", other)

    def __ne__(self, other: Any) -> Column:  # type: ignore[override]
        return self._call("!=", other)

    def __lt__(self, other: Any) -> Column:
        return self._call("<", other)

    def __le__(self, other: Any) -> Column:
        return self._call("<=", other)

    def __gt__(self, other: Any) -> Column:
        return self._call(">", other)

    def __ge__(self, other: Any) -> Column:
        return self._call(">=", other)

    # Columns compare by making a column, so they cannot be keys of a dictionary.
    __hash__ = None  # type: ignore[assignment]

    def eqNullSafe(self, other: Any) -> Column:
        """Equal, where two nulls are equal and one null is not: never null itself.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> F.col("a").eqNullSafe(None)
        Column<'<=>(a, NULL)'>
        """
        return self._call("<=>", other)

    def __and__(self, other: Any) -> Column:
        return self._call("and", other)

    def __or__(self, other: Any) -> Column:
        return self._call("or", other)

    def __invert__(self) -> Column:
        return self._call("not")

    def __rand__(self, other: Any) -> Column:
        return self._call("and", other)

    def __ror__(self, other: Any) -> Column:
        return self._call("or", other)

    def bitwiseAND(self, other: Any) -> Column:
        """The bits that both numbers have."""
        return self._call("&", other)

    def bitwiseOR(self, other: Any) -> Column:
        """The bits that one of the numbers has."""
        return self._call("|", other)

    def bitwiseXOR(self, other: Any) -> Column:
        """The bits that exactly one of the numbers has."""
        return self._call("^", other)

    def between(self, lowerBound: Any, upperBound: Any) -> Column:
        """Whether the value lies between two bounds, both included."""
        return (self >= lowerBound) & (self <= upperBound)

    def isin(self, *cols: Any) -> Column:
        """Whether the value is one of those given, as arguments, as one list or set, or as a
        frame of one column.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> F.col("a").isin([1, 2])
        Column<'in(a, 1, 2)'>
        """
        from caudal.sql._frame_base import FrameBase

        if len(cols) == 1 and isinstance(cols[0], FrameBase):
            return Column(self._expr.is_in_frame(cols[0]._frame))
        if len(cols) == 1 and isinstance(cols[0], (list, set)):
            cols = tuple(cols[0])
        return Column(self._expr.is_in([_constant(c) for c in cols]))

    def isNull(self) -> Column:
        """Whether the value is null."""
        return self._call("isNull")

    def isNotNull(self) -> Column:
        """Whether the value is not null."""
        return self._call("isNotNull")

    def isNaN(self) -> Column:
        """Whether the number is NaN."""
        return self._call("isNaN")

    # Text.

    def like(self, other: str) -> Column:
        """Whether the text has the form of a SQL pattern (``%`` and ``_``)."""
        return self._call("like", _text_or_raise(other))

    def ilike(self, other: str) -> Column:
        """As :meth:`like`, capitals and small letters being equal."""
        return self._call("ilike", _text_or_raise(other))

    def rlike(self, other: str) -> Column:
        """Whether a regular expression is found in the text."""
        return self._call("rlike", _text_or_raise(other))

    def contains(self, other: Any) -> Column:
        """Whether the text contains another."""
        return self._call("contains", other)

    def startswith(self, other: Any) -> Column:
        """Whether the text starts with another."""
        return self._call("startswith", other)

    def endswith(self, other: Any) -> Column:
        """Whether the text ends with another."""
        return self._call("endswith", other)

    def substr(self, startPos: int | Column, length: int | Column) -> Column:
        """A part of the text.

        Parameters
        ----------
        startPos
            First character, counted from 1.
        length
            Number of characters; both are numbers or both are columns.
        """
        start, size = plain_value(startPos), plain_value(length)
        if type(start) is not type(size):
            raise PySparkTypeError(
                errorClass="NOT_SAME_TYPE",
                messageParameters={
                    "arg_name1": "startPos",
                    "arg_name2": "length",
                    "arg_type1": type(start).__name__,
                    "arg_type2": type(size).__name__,
                },
            )
        require(start, (int, Column), "startPos", "Column or int")
        return self._call("substr", start, size)

    # Parts.

    def getItem(self, key: Any) -> Column:
        """The element of an array (from 0), the entry of a map, or the field of a struct."""
        return Column(self._expr.extract(_constant(key)))

    def getField(self, name: Any) -> Column:
        """The field of a struct."""
        return self[name]

    def __getitem__(self, k: Any) -> Column:
        if isinstance(k, slice):
            if k.step is not None:
                raise PySparkValueError(errorClass="SLICE_WITH_STEP", messageParameters={})
            return self.substr(k.start, k.stop)
        return self.getItem(k)

    def __getattr__(self, item: str) -> Column:
        if item.startswith("__"):
            raise PySparkAttributeError(errorClass="CANNOT_ACCESS_TO_DUNDER", messageParameters={})
        if item.startswith(("_repr_", "_ipython_")):
            # What notebooks look for on every object must not look like a field.
            raise AttributeError(item)
        return self[item]

    def withField(self, fieldName: str, col: Column) -> Column:
        """The struct with a field added or replaced.

        Parameters
        ----------
        fieldName
            The field's name; with dots, a field of a struct within.
        col
            The value.

        Raises
        ------
        PySparkTypeError
            For a name that is no text, or a value that is no column (``NOT_EXPECTED_TYPE``).

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> F.col("s").withField("a", F.lit(1))
        Column<'update_field(s, a, 1)'>
        """
        require(fieldName, str, "fieldName", "str")
        require(col, Column, "col", "Column")
        name = _native.Expr.literal(fieldName)
        return Column(_native.Expr.call("update field", [self._expr, name, col._expr]))

    def dropFields(self, *fieldNames: str) -> Column:
        """The struct without fields of these names; with dots, of structs within."""
        if not fieldNames:
            raise UnsupportedOperationException("tail of empty list")
        expr = self._expr
        for name in fieldNames:
            expr = _native.Expr.call("drop field", [expr, _native.Expr.literal(name)])
        return Column(expr)

    # Names, types, order.

    def alias(self, *alias: str, **kwargs: Any) -> Column:
        """The same column under another name.

        Parameters
        ----------
        alias
            The name; several for the columns of a generator (`explode` of a map).
        metadata
            A dictionary that travels with the column, given by keyword.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> F.col("a").alias("b", metadata={"unit": "m"})
        Column<'a AS b'>
        """
        metadata = kwargs.pop("metadata", None)
        assert not kwargs, f"Unexpected kwargs where passed: {kwargs}"
        if len(alias) == 1:
            text = None if metadata is None else json.dumps(metadata)
            return Column(self._expr.alias(_require_text("alias", alias[0]), text))
        if metadata is not None:
            raise PySparkValueError(
                errorClass="ONLY_ALLOWED_FOR_SINGLE_COLUMN",
                messageParameters={"arg_name": "metadata"},
            )
        return Column(self._expr.aliases([_require_text("alias", name) for name in alias]))

    def name(self, *alias: str, **kwargs: Any) -> Column:
        """The same as :meth:`alias`."""
        return self.alias(*alias, **kwargs)

    def cast(self, dataType: DataType | str) -> Column:
        """The value as another type; in ANSI mode an error where it does not fit.

        Parameters
        ----------
        dataType
            A type or its DDL, for example ``"decimal(10,2)"``.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> F.col("a").cast("int")
        Column<'CAST(a AS INT)'>
        """
        return Column(self._expr.cast(_type_text(dataType)))

    def astype(self, dataType: DataType | str) -> Column:
        """The same as :meth:`cast`."""
        return self.cast(dataType)

    def try_cast(self, dataType: DataType | str) -> Column:
        """The value as another type, null where it does not fit."""
        return Column(self._expr.cast(_type_text(dataType), True))

    def asc(self) -> Column:
        """Ascending, nulls first."""
        return Column(self._expr.sort(True, None))

    def desc(self) -> Column:
        """Descending, nulls last."""
        return Column(self._expr.sort(False, None))

    def asc_nulls_first(self) -> Column:
        """Ascending, nulls first."""
        return Column(self._expr.sort(True, True))

    def asc_nulls_last(self) -> Column:
        """Ascending, nulls last."""
        return Column(self._expr.sort(True, False))

    def desc_nulls_first(self) -> Column:
        """Descending, nulls first."""
        return Column(self._expr.sort(False, True))

    def desc_nulls_last(self) -> Column:
        """Descending, nulls last."""
        return Column(self._expr.sort(False, False))

    # Larger forms.

    def when(self, condition: Column, value: Any) -> Column:
        """One more branch of a chain that :func:`caudal.sql.functions.when` began.

        Raises
        ------
        IllegalArgumentException
            On a column that is no such chain, or after :meth:`otherwise`.
        """
        require(condition, Column, "condition", "Column")
        if self._case is None:
            raise IllegalArgumentException(
                "when() can only be applied on a Column previously generated by when() function"
            )
        if self._case.otherwise is not None:
            raise IllegalArgumentException("when() cannot be applied once otherwise() is applied")
        return _Case([*self._case.branches, (condition._expr, _constant(value))]).column()

    def otherwise(self, value: Any) -> Column:
        """The value where no branch of the chain applies; null without it.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> F.when(F.col("a") > 1, "big").otherwise("small")
        Column<'CASE WHEN >(a, 1) THEN 'big' ELSE 'small' END'>
        """
        if self._case is None:
            raise IllegalArgumentException(
                "otherwise() can only be applied on a Column previously generated by when()"
            )
        if self._case.otherwise is not None:
            raise IllegalArgumentException(
                "otherwise() can only be applied once on a Column previously generated by when()"
            )
        return _Case(self._case.branches, _constant(value)).column()

    def over(self, window: WindowSpec) -> Column:
        """A window function or an aggregate over the rows that `window` describes.

        Examples
        --------
        >>> from caudal.sql import Window, functions as F
        >>> F.row_number().over(Window.partitionBy("a").orderBy("b"))
        Column<'row_number() OVER (PARTITION BY a ORDER BY b ASC NULLS FIRST)'>
        """
        from caudal.sql.window import WindowSpec

        require(window, WindowSpec, "window", "WindowSpec")
        return Column(self._expr.over(window._partition, window._order, window._frame))

    def transform(self, f: Callable[[Column], Column]) -> Column:
        """``f(column)``, for chains of calls."""
        return f(self)

    def outer(self) -> Column:
        """The column, which may be one of the query around a subquery.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> left, right = spark.range(3).alias("l"), spark.range(2).alias("r")
        >>> same = right.where(F.col("r.id") == F.col("l.id").outer())
        >>> left.where(~same.exists()).collect()
        [Row(id=2)]
        """
        return Column(self._expr.outer())

    # What a column is not.

    def __contains__(self, item: Any) -> NoReturn:
        raise PySparkValueError(errorClass="CANNOT_APPLY_IN_FOR_COLUMN", messageParameters={})

    def __iter__(self) -> NoReturn:
        raise PySparkTypeError(
            errorClass="NOT_ITERABLE", messageParameters={"objectName": "Column"}
        )

    def __bool__(self) -> NoReturn:
        raise PySparkValueError(
            errorClass="CANNOT_CONVERT_COLUMN_INTO_BOOL",
            messageParameters={"column": self._expr.text()},
        )

    __nonzero__ = __bool__

    def __repr__(self) -> str:
        return f"Column<'{self._expr.text()}'>"


class _Case:
    """The branches of ``CASE WHEN`` so far."""

    def __init__(
        self,
        branches: list[tuple[_native.Expr, _native.Expr]],
        otherwise: _native.Expr | None = None,
    ):
        self.branches = branches
        self.otherwise = otherwise

    def column(self) -> Column:
        return Column(_native.Expr.case(self.branches, self.otherwise), self)


def _constant(value: Any) -> _native.Expr:
    return literal(value)


def _text_or_raise(value: Any) -> str:
    value = plain_value(value)
    if isinstance(value, Column):
        raise PySparkTypeError(
            errorClass="NOT_ITERABLE", messageParameters={"objectName": "Column"}
        )
    return _require_text("other", value)


def _type_text(dataType: Any) -> str:
    if isinstance(dataType, DataType):
        return dataType.json()
    if not isinstance(dataType, str):
        not_expected("dataType", "DataType or str", dataType)
    return dataType
