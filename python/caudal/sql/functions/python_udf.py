"""Functions of one's own in Python: of values, of pandas series, of Arrow arrays."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

from caudal.errors import PySparkAttributeError, PySparkTypeError, PySparkValueError
from caudal.sql._functions import hints, kinds
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call
from caudal.sql.types import DataType, StringType, StructType
from caudal.sql.udf import UserDefinedFunction, made, made_udf
from caudal.sql.udtf import (
    AnalyzeArgument,
    AnalyzeResult,
    OrderingColumn,
    PartitioningColumn,
    SelectedColumn,
    SkipRestOfInputTableException,
    UserDefinedTableFunction,
    made_udtf,
)

__all__ = [
    "AnalyzeArgument",
    "AnalyzeResult",
    "ArrowUDFType",
    "OrderingColumn",
    "PandasUDFType",
    "PartitioningColumn",
    "SelectedColumn",
    "SkipRestOfInputTableException",
    "UserDefinedFunction",
    "UserDefinedTableFunction",
    "arrow_udf",
    "arrow_udtf",
    "pandas_udf",
    "udf",
    "udtf",
    "unwrap_udt",
]


class PandasUDFType:
    """Kinds of pandas functions, by PySpark's numbers."""

    SCALAR = 200
    SCALAR_ITER = 204
    GROUPED_MAP = 201
    GROUPED_AGG = 202


class ArrowUDFType:
    """Kinds of Arrow functions, by PySpark's numbers."""

    SCALAR = 250
    SCALAR_ITER = 251
    GROUPED_AGG = 252


def udf(
    f: Callable[..., Any] | DataType | str | None = None,
    returnType: DataType | str = StringType(),
    *,
    useArrow: bool | None = None,
) -> Any:
    """A Python function as a function of columns, called with one row's values at a time.

    Values are as `collect` gives them: None for null, ``Row`` for a struct, lists, dicts,
    ``datetime`` on this process' clock. Also a decorator: ``@udf``, ``@udf("int")``.

    Parameters
    ----------
    f
        The function; the type of its results where this is a decorator.
    returnType
        The type of its results, as a type or DDL text. A result of another type becomes it,
        is null or fails the query, as in Spark.
    useArrow
        Whether results go over by Arrow, which decides what becomes of other types. If left
        out, ``spark.sql.execution.pythonUDF.arrow.enabled`` says it, and hints of pandas
        series or Arrow arrays make it a function of these.

    Returns
    -------
    function
        To be called with columns or their names.

    Raises
    ------
    PySparkTypeError
        For what cannot be called (``NOT_EXPECTED_TYPE``).
    PythonException
        From the query, for what the function raises; the exception itself is its cause.

    Examples
    --------
    >>> from caudal.sql.functions import udf
    >>> shout = udf(lambda text: text.upper() + "!")
    >>> spark.createDataFrame([("hey",)], "word string").select(shout("word").alias("w")).show()
    +----+
    |   w|
    +----+
    |HEY!|
    +----+
    """
    if f is None or isinstance(f, (str, DataType)):
        return functools.partial(made_udf, returnType=f or returnType, useArrow=useArrow)
    return made_udf(f, returnType, useArrow)


def pandas_udf(
    f: Any = None,
    returnType: DataType | str | None = None,
    functionType: int | None = None,
) -> Any:
    """A function of pandas series as a function of columns.

    Type hints say what it is: ``Series`` to ``Series`` of the same length, an ``Iterator`` of
    these to another, or ``Series`` to one value, an aggregate. A struct is a ``DataFrame``.
    Instants are on the session's clock. Also a decorator: ``@pandas_udf("long")``.

    Parameters
    ----------
    f
        The function; the type of its results where this is a decorator.
    returnType
        The type of its results, as a type or DDL text.
    functionType
        The kind in place of hints: a member of :class:`PandasUDFType`.

    Raises
    ------
    PySparkTypeError
        Without a type (``CANNOT_BE_NONE``), and for a kind that there is not
        (``INVALID_PANDAS_UDF_TYPE``).
    PySparkNotImplementedError
        For hints that mean no kind (``UNSUPPORTED_SIGNATURE``).

    Examples
    --------
    >>> import pandas as pd
    >>> from caudal.sql.functions import pandas_udf
    >>> @pandas_udf("long")
    ... def plus_one(n: pd.Series) -> pd.Series:
    ...     return n + 1
    >>> spark.range(2).select(plus_one("id").alias("n")).collect()
    [Row(n=1), Row(n=2)]
    """
    allowed = (*_OF_PANDAS, *kinds.OF_TABLES)
    return _vectorized(f, returnType, functionType, "pandas", allowed)


def arrow_udf(
    f: Any = None,
    returnType: DataType | str | None = None,
    functionType: int | None = None,
) -> Any:
    """A function of Arrow arrays as a function of columns; no value is copied for it.

    As :func:`pandas_udf`, with ``pyarrow.Array`` in place of series.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from caudal.sql.functions import arrow_udf
    >>> @arrow_udf("long")
    ... def same(n: pa.Array) -> pa.Array:
    ...     return n
    >>> spark.range(2).select(same("id").alias("n")).collect()
    [Row(n=0), Row(n=1)]
    """
    return _vectorized(f, returnType, functionType, "arrow", _OF_ARROW)


_OF_PANDAS = (
    kinds.SCALAR_PANDAS,
    kinds.SCALAR_PANDAS_ITER,
    kinds.GROUPED_AGG_PANDAS,
    kinds.GROUPED_AGG_PANDAS_ITER,
)
_OF_ARROW = (
    kinds.SCALAR_ARROW,
    kinds.SCALAR_ARROW_ITER,
    kinds.GROUPED_AGG_ARROW,
    kinds.GROUPED_AGG_ARROW_ITER,
)


def _vectorized(
    f: Any, returnType: Any, functionType: Any, family: str, allowed: tuple[int, ...]
) -> Any:
    is_decorator = f is None or isinstance(f, (str, DataType))
    kind = functionType
    given = returnType
    if is_decorator:
        given = f or returnType
        if kind is None and isinstance(returnType, int):
            kind = returnType
    if given is None:
        raise PySparkTypeError(
            errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "returnType"}
        )
    if kind is not None and kind not in allowed:
        raise PySparkTypeError(
            errorClass="INVALID_PANDAS_UDF_TYPE",
            messageParameters={"arg_name": "functionType", "arg_type": str(kind)},
        )
    if is_decorator:
        return functools.partial(_made, returnType=given, kind=kind, family=family)
    return _made(f, given, kind, family)


def _made(f: Any, returnType: Any, kind: int | None, family: str) -> Any:
    return made(f, returnType, checked_kind(f, kind, family))


def checked_kind(f: Any, kind: int | None, family: str) -> int:
    """The kind of a function, by its number or its hints, with as many arguments as it has."""
    spec = inspect.getfullargspec(f)
    if kind in _OF_PANDAS:
        warnings.warn(
            "In Python 3.6+ and Spark 3.0+, it is preferred to specify type hints for "
            "pandas UDF instead of specifying pandas UDF type which will be deprecated "
            "in the future releases. See SPARK-28264 for more details.",
            UserWarning,
            stacklevel=4,
        )
    elif kind in _OF_ARROW:
        warnings.warn(
            "It is preferred to specify type hints for "
            "arrow UDF instead of specifying arrow UDF type.",
            UserWarning,
            stacklevel=4,
        )
    elif kind is None and spec.annotations:
        kind = hints.of_columns(f, family)
    if kind is None:
        kind = kinds.SCALAR_PANDAS if family == "pandas" else kinds.SCALAR_ARROW
    plural = f"{family}_udfs"
    if kind in (*_OF_PANDAS[:2], *_OF_ARROW[:2]) and not spec.args and spec.varargs is None:
        raise _invalid(
            f"0-arg {plural} are not supported. Instead, create a 1-arg {plural} and ignore "
            "the arg in your function."
        )
    counts, detail = _COUNTS.get(kind, ((), ""))
    if counts and len(spec.args) not in counts:
        raise _invalid(detail.format(plural=plural))
    return kind


# How many arguments functions of tables and groups take, and what else is said.
_COUNTS: dict[int, tuple[tuple[int, ...], str]] = {
    kinds.GROUPED_MAP_PANDAS: (
        (1, 2),
        "{plural} with function type GROUPED_MAP or the function in groupby.applyInPandas must "
        "take either one argument (data) or two arguments (key, data).",
    ),
    kinds.GROUPED_MAP_PANDAS_ITER: (
        (1, 2),
        "the function in groupby.applyInPandas with iterator API must take either one argument "
        "(batches: Iterator[pandas.DataFrame]) or two arguments (key, batches: "
        "Iterator[pandas.DataFrame]).",
    ),
    kinds.GROUPED_MAP_ARROW: (
        (1, 2),
        "the function in groupby.applyInArrow must take either one argument (data) or two "
        "arguments (key, data).",
    ),
    kinds.COGROUPED_MAP_PANDAS: (
        (2, 3),
        "the function in cogroup.applyInPandas must take either two arguments (left, right) or "
        "three arguments (key, left, right).",
    ),
    kinds.COGROUPED_MAP_ARROW: (
        (2, 3),
        "the function in cogroup.applyInArrow must take either two arguments (left, right) or "
        "three arguments (key, left, right).",
    ),
}


def _invalid(detail: str) -> PySparkValueError:
    return PySparkValueError(errorClass="INVALID_PANDAS_UDF", messageParameters={"detail": detail})


def udtf(
    cls: type | None = None,
    *,
    returnType: StructType | str | None = None,
    useArrow: bool | None = None,
) -> Any:
    """A Python class as a function that gives a table. Also a decorator.

    The class has a method ``eval``, called for each row, which gives rows (tuples, one value a
    column) or None, and may have ``terminate``, called at the end, and ``cleanup``.

    Parameters
    ----------
    cls
        The class.
    returnType
        The columns, as a type or DDL text; if left out, a static method ``analyze`` of the
        class gives them.
    useArrow
        Whether rows go over by Arrow; ``spark.sql.execution.pythonUDTF.arrow.enabled`` says it
        if left out.

    Examples
    --------
    >>> from caudal.sql.functions import lit, udtf
    >>> @udtf(returnType="n int, square int")
    ... class Squares:
    ...     def eval(self, most: int):
    ...         for n in range(most):
    ...             yield n, n * n
    >>> Squares(lit(3)).collect()
    [Row(n=0, square=0), Row(n=1, square=1), Row(n=2, square=4)]
    """
    if cls is None:
        return functools.partial(made_udtf, returnType=returnType, useArrow=useArrow)
    return made_udtf(cls, returnType, useArrow)


def arrow_udtf(cls: type | None = None, *, returnType: StructType | str | None = None) -> Any:
    """A class as :func:`udtf`, whose ``eval`` is called with Arrow for each batch.

    A table is a ``pyarrow.RecordBatch``, any other argument a ``pyarrow.Array``; what it gives
    are tables or record batches.

    Raises
    ------
    PySparkAttributeError
        For a class with ``analyze`` (``INVALID_ARROW_UDTF_WITH_ANALYZE``).
    """
    if cls is None:
        return functools.partial(arrow_udtf, returnType=returnType)
    made = UserDefinedTableFunction(cls, returnType, evalType=kinds.ARROW_NATIVE_TABLE)
    if hasattr(cls, "analyze"):
        raise PySparkAttributeError(
            errorClass="INVALID_ARROW_UDTF_WITH_ANALYZE", messageParameters={"name": cls.__name__}
        )
    return made


def unwrap_udt(col: ColumnOrName) -> Column:
    """The stored form of a user defined type."""
    return call("unwrap_udt", col)
