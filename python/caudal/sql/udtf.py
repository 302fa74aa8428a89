"""Python functions that give a table: not there yet, each entry says so by name.

The small records that such functions use to describe themselves are here already.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from caudal._missing import not_implemented
from caudal.sql.types import DataType, StructType

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

__all__ = [
    "AnalyzeArgument",
    "AnalyzeResult",
    "OrderingColumn",
    "PartitioningColumn",
    "SelectedColumn",
    "SkipRestOfInputTableException",
    "UDTFRegistration",
    "UserDefinedTableFunction",
]


class AnalyzeArgument(NamedTuple):
    """What is known of an argument before the function runs."""

    dataType: DataType
    value: Any
    isTable: bool
    isConstantExpression: bool


class PartitioningColumn(NamedTuple):
    """A column by which the input is partitioned."""

    name: str


class OrderingColumn(NamedTuple):
    """A column by which the input is ordered."""

    name: str
    ascending: bool = True
    overrideNullsFirst: bool | None = None


class SelectedColumn(NamedTuple):
    """A column of the input that the function wants."""

    name: str
    alias: str = ""


class AnalyzeResult:
    """What a function says of its output and its wishes for the input."""

    def __init__(
        self,
        schema: StructType,
        withSinglePartition: bool = False,
        partitionBy: Sequence[PartitioningColumn] = (),
        orderBy: Sequence[OrderingColumn] = (),
        select: Sequence[SelectedColumn] = (),
    ):
        self.schema = schema
        self.withSinglePartition = withSinglePartition
        self.partitionBy = partitionBy
        self.orderBy = orderBy
        self.select = select


class SkipRestOfInputTableException(Exception):
    """Raised by a function that wants no more rows."""


class UserDefinedTableFunction:
    """A Python class that gives a table (not there yet)."""

    def __init__(
        self,
        func: type,
        returnType: StructType | str | None,
        name: str | None = None,
        evalType: int = 300,
        deterministic: bool = False,
    ):
        not_implemented("udtf")

    @property
    def returnType(self) -> StructType | None:
        """The type of its rows."""
        not_implemented("UserDefinedTableFunction.returnType")

    def asDeterministic(self) -> UserDefinedTableFunction:
        """The same function, marked as giving the same results each time."""
        not_implemented("UserDefinedTableFunction.asDeterministic")


class UDTFRegistration:
    """Functions that give a table, by name for SQL; ``spark.udtf`` (not there yet)."""

    def __init__(self, sparkSession: SparkSession):
        self.sparkSession = sparkSession

    def register(self, name: str, f: UserDefinedTableFunction) -> UserDefinedTableFunction:
        """Names a class for SQL (not there yet)."""
        not_implemented("spark.udtf.register")
