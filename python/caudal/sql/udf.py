"""Python functions in queries: what `udf` makes, and ``spark.udf``."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from caudal import _native
from caudal._missing import not_implemented
from caudal.errors import PySparkNotImplementedError, PySparkTypeError
from caudal.sql._convert import column_expr, not_expected
from caudal.sql._functions import hints, kinds, settings, support
from caudal.sql.column import Column
from caudal.sql.types import DataType, StringType, StructType, _parse_datatype_string

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

__all__ = ["UDFRegistration", "UserDefinedFunction"]


class UserDefinedFunction:
    """A Python function of columns.

    Made by :func:`caudal.sql.functions.udf`, ``pandas_udf`` and ``arrow_udf``; not by users.

    Parameters
    ----------
    func
        What is called.
    returnType
        The type of its results, as a type or DDL text.
    name
        What results are called; the function's own name if left out.
    evalType
        The kind of function, by PySpark's numbers.
    deterministic
        Whether it always gives the same for the same arguments.

    Raises
    ------
    PySparkTypeError
        For other kinds of arguments (``NOT_EXPECTED_TYPE``).
    """

    def __init__(
        self,
        func: Callable[..., Any],
        returnType: DataType | str = StringType(),
        name: str | None = None,
        evalType: int = kinds.BATCHED,
        deterministic: bool = True,
    ):
        if not callable(func):
            not_expected("func", "callable", func)
        if not isinstance(returnType, (DataType, str)):
            not_expected("returnType", "DataType or str", returnType)
        if not isinstance(evalType, int):
            not_expected("evalType", "int", evalType)
        self.func = func
        self._given_type = returnType
        self._type: DataType | None = None
        self._native: _native.Function | None = None
        own: str = getattr(func, "__name__", type(func).__name__)
        self._name = name or own
        self.evalType = evalType
        self.deterministic = deterministic

    @property
    def returnType(self) -> DataType:
        """The type of its results."""
        if self._type is None:
            given = self._given_type
            self._type = given if isinstance(given, DataType) else _parse_datatype_string(given)
        check_return_type(self._type, self.evalType)
        return self._type

    def asNondeterministic(self) -> UserDefinedFunction:
        """The same function, marked as giving other results each time."""
        self._native = None
        self.deterministic = False
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Column:
        named: list[tuple[str | None, _native.Expr]] = [(None, column_expr(arg)) for arg in args]
        named += [(name, column_expr(arg)) for name, arg in kwargs.items()]
        return Column(_native.Expr.foreign(self._function(), named))

    def _function(self) -> _native.Function:
        if self._native is None:
            kind = self.returnType.json()
            self._native = _native.Function(
                self._name, kind, self.evalType, self.deterministic, self.func, support
            )
        return self._native

    def _wrapped(self) -> Any:
        """A plain function with the attributes of this object, as PySpark gives."""
        taken = ("__name__", "__module__")
        assigned = tuple(a for a in functools.WRAPPER_ASSIGNMENTS if a not in taken)

        @functools.wraps(self.func, assigned=assigned)
        def wrapper(*args: Any, **kwargs: Any) -> Column:
            return self(*args, **kwargs)

        wrapper.__name__ = self._name
        wrapper.__module__ = getattr(self.func, "__module__", type(self.func).__module__)
        attributes = {
            "func": self.func,
            "returnType": self.returnType,
            "evalType": self.evalType,
            "deterministic": self.deterministic,
            "asNondeterministic": functools.wraps(self.asNondeterministic)(
                lambda: self.asNondeterministic()._wrapped()
            ),
            "_unwrapped": self,
        }
        for name, value in attributes.items():
            setattr(wrapper, name, value)
        return wrapper


def made(
    func: Callable[..., Any],
    returnType: DataType | str,
    evalType: int,
    name: str | None = None,
    deterministic: bool = True,
) -> Any:
    """A function of columns, as users get it."""
    return UserDefinedFunction(func, returnType, name, evalType, deterministic)._wrapped()


def made_udf(func: Callable[..., Any], returnType: DataType | str, useArrow: bool | None) -> Any:
    """The same for `udf`: by Arrow where the session says so and PyArrow is there."""
    by_arrow = useArrow
    if useArrow is None:
        by_arrow = settings.flag("spark.sql.execution.pythonUDF.arrow.enabled", "false")
    if by_arrow and not _has_arrow():
        by_arrow = False
        warnings.warn(
            "Arrow optimization failed to enable because PyArrow or Pandas is not installed. "
            "Falling back to a non-Arrow-optimized UDF.",
            RuntimeWarning,
            stacklevel=3,
        )
    kind = None
    if useArrow is None:
        try:
            kind = hints.of_udf(func)
        except Exception:
            warnings.warn("Cannot infer the eval type from type hints. ", UserWarning, stacklevel=3)
    if kind is None:
        kind = kinds.ARROW_BATCHED if by_arrow else kinds.BATCHED
    return made(func, returnType, kind)


def _has_arrow() -> bool:
    try:
        import pandas  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    return True


# What errors say of each kind whose results are of a type that Arrow has not.
_INVALID = {
    kinds.ARROW_BATCHED: "Invalid return type with Arrow-optimized Python UDF: ",
    kinds.SCALAR_PANDAS: "Invalid return type with scalar Pandas UDFs: ",
    kinds.SCALAR_PANDAS_ITER: "Invalid return type with scalar Pandas UDFs: ",
    kinds.SCALAR_ARROW: "Invalid return type with scalar Arrow UDFs: ",
    kinds.SCALAR_ARROW_ITER: "Invalid return type with scalar Arrow UDFs: ",
    kinds.GROUPED_MAP_PANDAS: "Invalid return type with grouped map Pandas UDFs or at "
    "groupby.applyInPandas(WithState): ",
    kinds.GROUPED_MAP_PANDAS_ITER: "Invalid return type with grouped map Pandas UDFs or at "
    "groupby.applyInPandas(WithState): ",
    kinds.MAP_PANDAS_ITER: "Invalid return type in mapInPandas: ",
    kinds.MAP_ARROW_ITER: "Invalid return type in mapInPandas: ",
    kinds.GROUPED_MAP_ARROW: "Invalid return type with grouped map Arrow UDFs or at "
    "groupby.applyInArrow: ",
    kinds.GROUPED_MAP_ARROW_ITER: "Invalid return type with grouped map Arrow UDFs or at "
    "groupby.applyInArrow: ",
    kinds.COGROUPED_MAP_PANDAS: "Invalid return type in cogroup.applyInPandas: ",
    kinds.COGROUPED_MAP_ARROW: "Invalid return type in cogroup.applyInArrow: ",
    kinds.GROUPED_AGG_PANDAS: "Invalid return type with grouped aggregate Pandas UDFs: ",
    kinds.GROUPED_AGG_ARROW: "Invalid return type with grouped aggregate Arrow UDFs: ",
}

# The kinds whose results are rows, and what errors call these.
_PANDAS_GROUPS = (
    "SQL_GROUPED_MAP_PANDAS_UDF or SQL_GROUPED_MAP_PANDAS_ITER_UDF or "
    "SQL_GROUPED_MAP_PANDAS_UDF_WITH_STATE"
)
_ARROW_GROUPS = "SQL_GROUPED_MAP_ARROW_UDF or SQL_GROUPED_MAP_ARROW_ITER_UDF"
_MAPS = "SQL_MAP_PANDAS_ITER_UDF or SQL_MAP_ARROW_ITER_UDF"
_OF_ROWS = {
    kinds.GROUPED_MAP_PANDAS: ("PANDAS", _PANDAS_GROUPS),
    kinds.GROUPED_MAP_PANDAS_ITER: ("PANDAS", _PANDAS_GROUPS),
    kinds.MAP_PANDAS_ITER: ("PANDAS", _MAPS),
    kinds.MAP_ARROW_ITER: ("PANDAS", _MAPS),
    kinds.GROUPED_MAP_ARROW: ("ARROW", _ARROW_GROUPS),
    kinds.GROUPED_MAP_ARROW_ITER: ("ARROW", _ARROW_GROUPS),
    kinds.COGROUPED_MAP_PANDAS: ("PANDAS", "SQL_COGROUPED_MAP_PANDAS_UDF"),
    kinds.COGROUPED_MAP_ARROW: ("ARROW", "SQL_COGROUPED_MAP_ARROW_UDF"),
}


def check_return_type(kind: DataType, evalType: int) -> None:
    """Refuses a type that functions of the kind cannot give."""
    if evalType in _OF_ROWS and not isinstance(kind, StructType):
        family, name = _OF_ROWS[evalType]
        raise PySparkTypeError(
            errorClass=f"INVALID_RETURN_TYPE_FOR_{family}_UDF",
            messageParameters={"eval_type": name, "return_type": str(kind)},
        )
    said = _INVALID.get(evalType)
    if said is None:
        return
    if evalType == kinds.GROUPED_AGG_PANDAS and isinstance(kind, StructType):
        _invalid(said, kind)
    try:
        from caudal.sql._arrow_types import arrow_type

        arrow_type(kind)
    except (NotImplementedError, TypeError):
        _invalid(said, kind)


def _invalid(said: str, kind: DataType) -> NoReturn:
    raise PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"{said}{kind}"}
    )


class UDFRegistration:
    """Functions by name for SQL; ``spark.udf``."""

    def __init__(self, sparkSession: SparkSession):
        self.sparkSession = sparkSession

    def register(self, name: str, f: Any, returnType: DataType | str | None = None) -> Any:
        """Names a Python function for SQL text, `call_udf` and `call_function`.

        Parameters
        ----------
        name
            The name, looked up without regard to case, after Spark's own functions.
        f
            A Python function, or what `udf`, `pandas_udf` or `arrow_udf` gave.
        returnType
            The type of the results of a Python function; text if left out.

        Returns
        -------
        function
            The function, to be called with columns.

        Raises
        ------
        PySparkTypeError
            For a type beside a function that has its own
            (``CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF``), and for a function that is not one of
            columns (``INVALID_UDF_EVAL_TYPE``).

        Examples
        --------
        >>> twice = spark.udf.register("twice", lambda x: x * 2, "int")
        >>> spark.sql("SELECT twice(21) AS n").collect()
        [Row(n=42)]
        """
        if hasattr(f, "asNondeterministic"):
            if returnType is not None:
                raise PySparkTypeError(
                    errorClass="CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF",
                    messageParameters={"arg_name": "f", "return_type": str(returnType)},
                )
            if f.evalType not in kinds.OF_COLUMNS:
                *names, last = kinds.OF_COLUMNS.values()
                raise PySparkTypeError(
                    errorClass="INVALID_UDF_EVAL_TYPE",
                    messageParameters={"eval_type": f"{', '.join(names)} or {last}"},
                )
            wrapped = made(f.func, f.returnType, f.evalType, name, f.deterministic)
            given = wrapped._unwrapped
        else:
            wrapped = made(f, StringType() if returnType is None else returnType, 100, name)
            given = wrapped
        self.sparkSession._native.register_function(name, wrapped._unwrapped._function())
        return given

    def registerJavaFunction(
        self, name: str, javaClassName: str, returnType: DataType | str | None = None
    ) -> None:
        """Names a Java function for SQL (there is no JVM)."""
        not_implemented("spark.udf.registerJavaFunction")

    def registerJavaUDAF(self, name: str, javaClassName: str) -> None:
        """Names a Java aggregate for SQL (there is no JVM)."""
        not_implemented("spark.udf.registerJavaUDAF")
