"""Python callables of columns as lambdas of the compiled core.

The callable runs once, over columns that stand for the variables; what it returns is the
body. Each variable has a name of its own, so that lambdas within lambdas keep theirs apart.
"""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any

from caudal import _native
from caudal.errors import PySparkValueError
from caudal.sql._convert import column_exprs
from caudal.sql.column import Column

_NUMBERS = itertools.count()
_POSITIONAL = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
)


def call_with(function: str, columns: tuple[Any, ...], *functions: Callable[..., Any]) -> Column:
    """The call of a function over columns and Python callables.

    Raises
    ------
    PySparkValueError
        For a callable that has no parameter or more than three
        (``WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION``), one with other than positional ones
        (``UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION``), or one that does not return
        a column (``HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN``).
    """
    lambdas = [_lambda(function) for function in functions]
    return Column(_native.Expr.call(function, [*column_exprs(columns), *lambdas]))


def _lambda(function: Callable[..., Any]) -> _native.Expr:
    names = [f"{name}_{next(_NUMBERS)}" for name in "xyz"[: len(_parameters(function))]]
    body = function(*(Column(_native.Expr.attribute(name)) for name in names))
    if not isinstance(body, Column):
        raise PySparkValueError(
            errorClass="HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN",
            messageParameters={
                "func_name": function.__name__,
                "return_type": type(body).__name__,
            },
        )
    return _native.Expr.of_lambda(names, body._expr)


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    parameters = list(inspect.signature(function).parameters.values())
    if not 1 <= len(parameters) <= 3:
        raise PySparkValueError(
            errorClass="WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={
                "func_name": function.__name__,
                "num_args": str(len(parameters)),
            },
        )
    if any(parameter.kind not in _POSITIONAL for parameter in parameters):
        raise PySparkValueError(
            errorClass="UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={"func_name": function.__name__},
        )
    return parameters
