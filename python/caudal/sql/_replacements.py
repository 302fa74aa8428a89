"""The arguments of ``DataFrame.replace``: checked, and made a dictionary of old to new value."""

from __future__ import annotations

import warnings
from typing import Any

from caudal._globals import _NoValue
from caudal.errors import PySparkTypeError, PySparkValueError
from caudal.sql._convert import not_expected
from caudal.sql.types import BooleanType, DataType, NumericType, StringType

_VALUES = (bool, int, float, str)


def kind_of(value: Any) -> type[DataType]:
    """The kind of columns in which a value is looked for."""
    if isinstance(value, bool):
        return BooleanType
    return StringType if isinstance(value, str) else NumericType


def replacements(to_replace: Any, value: Any) -> dict[Any, Any]:
    """Old value to new value.

    Raises
    ------
    PySparkTypeError, PySparkValueError
        As ``DataFrame.replace``.
    """
    if value is _NoValue and not isinstance(to_replace, dict):
        # PySpark's own words, the wrong way round as they are.
        raise PySparkTypeError(
            errorClass="ARGUMENT_REQUIRED",
            messageParameters={"arg_name": "value", "condition": "`to_replace` is dict"},
        )
    if not isinstance(to_replace, (*_VALUES, list, tuple, dict)):
        not_expected("to_replace", "bool, dict, float, int, str or tuple", to_replace)
    new = None if value is _NoValue else value
    if isinstance(to_replace, dict):
        if new is not None:
            warnings.warn(
                "to_replace is a dict and value is not None. value will be ignored.", stacklevel=4
            )
        pairs = dict(to_replace)
    else:
        pairs = _paired(to_replace, new)
    _check_kinds(pairs)
    return pairs


def _paired(to_replace: Any, value: Any) -> dict[Any, Any]:
    if value is not None and not isinstance(value, (*_VALUES, list, tuple)):
        not_expected("value", "bool, float, int, list, None, str or tuple", value)
    old = list(to_replace) if isinstance(to_replace, (list, tuple)) else [to_replace]
    new = list(value) if isinstance(value, (list, tuple)) else [value] * len(old)
    if len(old) != len(new):
        raise PySparkValueError(
            errorClass="LENGTH_SHOULD_BE_THE_SAME",
            messageParameters={
                "arg1": "to_replace",
                "arg2": "value",
                "arg1_length": str(len(old)),
                "arg2_length": str(len(new)),
            },
        )
    return dict(zip(old, new, strict=True))


def _check_kinds(pairs: dict[Any, Any]) -> None:
    """All old values are of one kind, and all new ones are of that kind or None."""
    kinds = {kind_of(v) for v in pairs if isinstance(v, _VALUES)}
    kinds |= {kind_of(v) for v in pairs.values() if isinstance(v, _VALUES)}
    others = [v for v in pairs if not isinstance(v, _VALUES)]
    others += [v for v in pairs.values() if v is not None and not isinstance(v, _VALUES)]
    if len(kinds) > 1 or others:
        raise PySparkValueError(errorClass="MIXED_TYPE_REPLACEMENT", messageParameters={})
