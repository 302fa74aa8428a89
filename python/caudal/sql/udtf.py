"""Python classes that give a table, and the small records by which they describe themselves."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from caudal.errors import PySparkAttributeError, PySparkTypeError
from caudal.sql._functions import kinds, settings
from caudal.sql.types import DataType, StructType, _parse_datatype_string

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
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
    """A Python class that gives a table; made by :func:`caudal.sql.functions.udtf`.

    Called with columns, constants of columns (``lit``) and frames (``df.asTable()``), it gives
    a frame.

    Raises
    ------
    PySparkTypeError
        For what is no class (``INVALID_UDTF_HANDLER_TYPE``).
    PySparkAttributeError
        For a class without ``eval`` (``INVALID_UDTF_NO_EVAL``), or without a type of its rows
        or with two (``INVALID_UDTF_RETURN_TYPE``,
        ``INVALID_UDTF_BOTH_RETURN_TYPE_AND_ANALYZE``).
    """

    def __init__(
        self,
        func: type,
        returnType: StructType | str | None,
        name: str | None = None,
        evalType: int = kinds.TABLE,
        deterministic: bool = False,
    ):
        _check_class(func, returnType)
        self.func = func
        self._given_type = returnType
        self._type: StructType | None = None
        self._name = name or func.__name__
        self.evalType = evalType
        self.deterministic = deterministic

    @property
    def returnType(self) -> StructType | None:
        """The type of its rows; None where its ``analyze`` says it."""
        given = self._given_type
        if given is not None and self._type is None:
            parsed = _parse_datatype_string(given) if isinstance(given, str) else given
            if not isinstance(parsed, StructType):
                raise PySparkTypeError(
                    errorClass="UDTF_RETURN_TYPE_MISMATCH",
                    messageParameters={"name": self._name, "return_type": f"{parsed}"},
                )
            self._type = parsed
        return self._type

    def asDeterministic(self) -> UserDefinedTableFunction:
        """The same function, marked as giving the same results each time."""
        self.deterministic = True
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> DataFrame:
        from caudal.sql._functions.table_functions import called

        return called(self, args, kwargs)


def _check_class(func: Any, returnType: Any) -> None:
    if not isinstance(func, type):
        raise PySparkTypeError(
            errorClass="INVALID_UDTF_HANDLER_TYPE",
            messageParameters={"type": type(func).__name__},
        )
    name = {"name": func.__name__}
    if not hasattr(func, "eval"):
        raise PySparkAttributeError(errorClass="INVALID_UDTF_NO_EVAL", messageParameters=name)
    analyzes = hasattr(func, "analyze")
    is_static = analyzes and isinstance(inspect.getattr_static(func, "analyze"), staticmethod)
    if returnType is None and not is_static:
        raise PySparkAttributeError(errorClass="INVALID_UDTF_RETURN_TYPE", messageParameters=name)
    if returnType is not None and analyzes:
        raise PySparkAttributeError(
            errorClass="INVALID_UDTF_BOTH_RETURN_TYPE_AND_ANALYZE", messageParameters=name
        )


def made_udtf(cls: type, returnType: Any, useArrow: bool | None) -> UserDefinedTableFunction:
    """A class as users get it; by Arrow where the session says so."""
    by_arrow = useArrow
    if by_arrow is None:
        by_arrow = settings.flag("spark.sql.execution.pythonUDTF.arrow.enabled", "false")
    kind = kinds.ARROW_TABLE if by_arrow else kinds.TABLE
    return UserDefinedTableFunction(cls, returnType, evalType=kind)


class UDTFRegistration:
    """Functions that give a table, by name for SQL; ``spark.udtf``."""

    def __init__(self, sparkSession: SparkSession):
        self.sparkSession = sparkSession

    def register(self, name: str, f: UserDefinedTableFunction) -> UserDefinedTableFunction:
        """Names a function for the ``FROM`` clause of SQL text, also after ``LATERAL``.

        Examples
        --------
        >>> from caudal.sql.functions import udtf
        >>> @udtf(returnType="n int")
        ... class UpTo:
        ...     def eval(self, most: int):
        ...         yield from ((n,) for n in range(most))
        >>> _ = spark.udtf.register("up_to", UpTo)
        >>> spark.sql("SELECT id, n FROM range(3), LATERAL up_to(CAST(id AS int))").collect()
        [Row(id=1, n=0), Row(id=2, n=0), Row(id=2, n=1)]

        Raises
        ------
        PySparkTypeError
            For what `udtf` did not make (``CANNOT_REGISTER_UDTF``).
        """
        if not isinstance(f, UserDefinedTableFunction):
            raise PySparkTypeError(
                errorClass="CANNOT_REGISTER_UDTF", messageParameters={"name": name}
            )
        from caudal.sql._functions.table_functions import Factory

        named = UserDefinedTableFunction(f.func, f.returnType, name, f.evalType, f.deterministic)
        self.sparkSession._native.register_table_function(name, Factory(named))
        return named
