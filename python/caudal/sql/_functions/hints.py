"""Kinds of functions by their type hints."""

from __future__ import annotations

import typing
from collections.abc import Callable
from inspect import Signature, getfullargspec, signature
from typing import Any

from caudal.errors import PySparkNotImplementedError, PySparkValueError
from caudal.sql._functions import kinds

Test = Callable[[Any], bool]


def of_columns(function: Callable[..., Any], family: str) -> int:
    """The kind of a function of columns: `family` is pandas, arrow or all.

    Raises
    ------
    PySparkValueError
        Where a hint is missing (``TYPE_HINT_SHOULD_BE_SPECIFIED``).
    PySparkNotImplementedError
        For hints that mean no kind (``UNSUPPORTED_SIGNATURE``).
    """
    hints = _Hints(function)
    found = None
    if family in ("pandas", "all"):
        found = _of_pandas(hints)
    if found is None and family in ("arrow", "all"):
        found = _of_arrow(hints)
    if found is None:
        raise PySparkNotImplementedError(
            errorClass="UNSUPPORTED_SIGNATURE",
            messageParameters={"signature": str(hints.signature)},
        )
    return found


def of_udf(function: Callable[..., Any]) -> int | None:
    """The kind of a `udf` that says by hints that it is of series or arrays."""
    spec = getfullargspec(function)
    return of_columns(function, "all") if spec.args and spec.annotations else None


def of_groups(function: Callable[..., Any], family: str) -> int | None:
    """The kind of a function of groups; None where hints do not say it."""
    if not getfullargspec(function).annotations:
        return None
    hints = _Hints(function)
    *keys, given = hints.parameters or [None]
    if len(keys) > 1:
        return None
    if family == "pandas":
        import pandas

        frame: Any = pandas.DataFrame
        whole, parts = kinds.GROUPED_MAP_PANDAS, kinds.GROUPED_MAP_PANDAS_ITER
        part: Any = pandas.DataFrame
    else:
        import pyarrow

        frame, part = pyarrow.Table, pyarrow.RecordBatch
        whole, parts = kinds.GROUPED_MAP_ARROW, kinds.GROUPED_MAP_ARROW_ITER
    if _is_iterator(given, lambda a: a == part) and _is_iterator(
        hints.returns, lambda a: a == part
    ):
        return parts
    return whole if given == frame and hints.returns == frame else None


class _Hints:
    """The hints of all parameters and of the result, each of which must be there."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.signature: Signature = signature(function)
        try:
            hints = typing.get_type_hints(function)
        except NameError:
            hints = {}
        given = [p for p in self.signature.parameters.values() if p.annotation is not p.empty]
        self.parameters = [hints.get(p.name, p.annotation) for p in given]
        if len(self.parameters) != len(self.signature.parameters):
            raise self._missing("all parameters")
        self.returns = hints.get("return", self.signature.return_annotation)
        if self.returns is self.signature.empty:
            raise self._missing("the return type")

    def _missing(self, target: str) -> PySparkValueError:
        return PySparkValueError(
            errorClass="TYPE_HINT_SHOULD_BE_SPECIFIED",
            messageParameters={"target": target, "sig": str(self.signature)},
        )


def _of_pandas(hints: _Hints) -> int | None:
    import pandas

    def plain(hint: Any) -> bool:
        return hint in (pandas.Series, pandas.DataFrame)

    def either(hint: Any) -> bool:
        return plain(hint) or _is_union(hint, plain)

    found = _kind(hints, either, plain, plain)
    numbers = (
        kinds.SCALAR_PANDAS,
        kinds.SCALAR_PANDAS_ITER,
        kinds.GROUPED_AGG_PANDAS,
        kinds.GROUPED_AGG_PANDAS_ITER,
    )
    return None if found is None else numbers[found]


def _of_arrow(hints: _Hints) -> int | None:
    import pyarrow

    def plain(hint: Any) -> bool:
        return bool(hint == pyarrow.Array)

    found = _kind(hints, plain, plain, plain)
    numbers = (
        kinds.SCALAR_ARROW,
        kinds.SCALAR_ARROW_ITER,
        kinds.GROUPED_AGG_ARROW,
        kinds.GROUPED_AGG_ARROW_ITER,
    )
    return None if found is None else numbers[found]


def _kind(hints: _Hints, given: Test, result: Test, part: Test) -> int | None:
    """Scalar, iterator, aggregate, aggregate of parts: 0 to 3."""
    parameters, returns = hints.parameters, hints.returns

    def several(hint: Any) -> bool:
        return _is_tuple(hint, lambda item: item is Ellipsis or given(item))

    plain = all(given(hint) for hint in parameters)
    only = parameters[0] if len(parameters) == 1 else None
    iterated = _is_iterator(only, lambda hint: given(hint) or several(hint))
    is_value = not result(returns) and not _is_iterator(returns) and not _is_tuple(returns)
    if plain and result(returns):
        return 0
    if iterated and _is_iterator(returns, result):
        return 1
    if plain and is_value:
        return 2
    return 3 if iterated and is_value else None


def _name(hint: Any) -> Any:
    return getattr(hint, "_name", getattr(hint, "__name__", None))


def _inside(hint: Any, test: Test | None) -> bool:
    return test is None or all(test(item) for item in getattr(hint, "__args__", ()))


def _is_tuple(hint: Any, test: Test | None = None) -> bool:
    return _name(hint) in ("Tuple", "tuple") and _inside(hint, test)


def _is_iterator(hint: Any, test: Test | None = None) -> bool:
    return _name(hint) == "Iterator" and _inside(hint, test)


def _is_union(hint: Any, test: Test) -> bool:
    return getattr(hint, "__origin__", None) == typing.Union and _inside(hint, test)
