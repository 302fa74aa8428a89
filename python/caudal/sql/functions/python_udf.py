"""Functions of one's own in Python: not there yet, each says so by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from caudal._missing import not_implemented
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call
from caudal.sql.types import DataType, StringType, StructType
from caudal.sql.udf import UserDefinedFunction
from caudal.sql.udtf import (
    AnalyzeArgument,
    AnalyzeResult,
    OrderingColumn,
    PartitioningColumn,
    SelectedColumn,
    SkipRestOfInputTableException,
    UserDefinedTableFunction,
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
    """A Python function as a function of columns (not there yet)."""
    not_implemented("udf")


def pandas_udf(
    f: Any = None,
    returnType: DataType | str | None = None,
    functionType: int | None = None,
) -> Any:
    """A function of pandas series as a function of columns (not there yet)."""
    not_implemented("pandas_udf")


def arrow_udf(
    f: Any = None,
    returnType: DataType | str | None = None,
    functionType: int | None = None,
) -> Any:
    """A function of Arrow arrays as a function of columns (not there yet)."""
    not_implemented("arrow_udf")


def udtf(
    cls: type | None = None,
    *,
    returnType: StructType | str | None = None,
    useArrow: bool | None = None,
) -> Any:
    """A Python class as a function that gives a table (not there yet)."""
    not_implemented("udtf")


def arrow_udtf(cls: type | None = None, *, returnType: StructType | str | None = None) -> Any:
    """A class of Arrow tables as a function that gives a table (not there yet)."""
    not_implemented("arrow_udtf")


def unwrap_udt(col: ColumnOrName) -> Column:
    """The stored form of a user defined type."""
    return call("unwrap_udt", col)
