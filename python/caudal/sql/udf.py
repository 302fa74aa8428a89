"""Python functions in queries: not there yet, each entry says so by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from caudal._missing import not_implemented
from caudal.sql.types import DataType, StringType

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

__all__ = ["UDFRegistration", "UserDefinedFunction"]


class UserDefinedFunction:
    """A Python function of columns (not there yet)."""

    def __init__(
        self,
        func: Callable[..., Any],
        returnType: DataType | str = StringType(),
        name: str | None = None,
        evalType: int = 100,
        deterministic: bool = True,
    ):
        not_implemented("udf")

    @property
    def returnType(self) -> DataType:
        """The type of its results."""
        not_implemented("UserDefinedFunction.returnType")

    def asNondeterministic(self) -> UserDefinedFunction:
        """The same function, marked as giving other results each time."""
        not_implemented("UserDefinedFunction.asNondeterministic")


class UDFRegistration:
    """Functions by name for SQL; ``spark.udf`` (not there yet)."""

    def __init__(self, sparkSession: SparkSession):
        self.sparkSession = sparkSession

    def register(self, name: str, f: Any, returnType: DataType | str | None = None) -> Any:
        """Names a Python function for SQL (not there yet)."""
        not_implemented("spark.udf.register")

    def registerJavaFunction(
        self, name: str, javaClassName: str, returnType: DataType | str | None = None
    ) -> None:
        """Names a Java function for SQL (there is no JVM)."""
        not_implemented("spark.udf.registerJavaFunction")

    def registerJavaUDAF(self, name: str, javaClassName: str) -> None:
        """Names a Java aggregate for SQL (there is no JVM)."""
        not_implemented("spark.udf.registerJavaUDAF")
