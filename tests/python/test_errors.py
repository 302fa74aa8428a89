"""The exceptions: their tree, their texts, and how the core's errors become them."""

from __future__ import annotations

import pickle

import pytest

import caudal.errors as errors
from caudal.errors import AnalysisException, PySparkAssertionError, PySparkValueError
from caudal.errors._native import _from_native


def test_a_condition_gives_its_text() -> None:
    error = PySparkValueError(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "x"})
    assert str(error) == "[CANNOT_BE_NONE] Argument `x` cannot be None."
    assert error.getMessageParameters() == {"arg_name": "x"}
    assert error.getSqlState() is None
    assert isinstance(error, ValueError)
    assert repr(error) == "PySparkValueError()"


def test_a_text_without_condition() -> None:
    error = PySparkValueError("hello")
    assert (str(error), error.getCondition(), error.getMessage()) == ("hello", None, "[None] hello")


def test_an_unknown_condition_is_refused() -> None:
    with pytest.raises(ValueError, match="Cannot find main error class 'NOPE'"):
        PySparkValueError(errorClass="NOPE", messageParameters={})


def test_wrong_parameters_are_refused() -> None:
    with pytest.raises(AssertionError, match="Undefined error message parameter"):
        PySparkValueError(errorClass="CANNOT_BE_NONE", messageParameters={})


def test_an_error_of_the_core_keeps_everything() -> None:
    cause = RuntimeError("below")
    text = "[UNRESOLVED_COLUMN.WITH_SUGGESTION] no column. SQLSTATE: 42703"
    condition = "UNRESOLVED_COLUMN.WITH_SUGGESTION"
    error = _from_native("AnalysisException", text, condition, {"a": "b"}, "42703", cause)
    assert type(error) is AnalysisException
    assert str(error) == error.getMessage() == text
    assert (error.getCondition(), error.getSqlState()) == (condition, "42703")
    assert error.getMessageParameters() == {"a": "b"}
    assert error.__cause__ is cause


def test_an_error_of_the_core_without_condition() -> None:
    error = _from_native("IllegalArgumentException", "no path", "", {}, None, None)
    assert (str(error), error.getCondition()) == ("no path", None)


def test_an_unknown_class_of_the_core() -> None:
    error = _from_native("Nonsense", "x", None, None, None, None)
    assert type(error) is errors.UnknownException


def test_errors_survive_pickling() -> None:
    error = _from_native("ParseException", "[X] y", "X", {"p": "q"}, "42601", None)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is errors.ParseException
    assert (str(again), again.getSqlState()) == ("[X] y", "42601")
    assert isinstance(again, AnalysisException)


def test_the_tree() -> None:
    assert issubclass(errors.NumberFormatException, errors.IllegalArgumentException)
    assert issubclass(errors.TempTableAlreadyExistsException, errors.AnalysisException)
    assert issubclass(errors.PySparkKeyError, KeyError)
    assert all(hasattr(errors, name) for name in errors.__all__)


def test_data_of_an_assertion() -> None:
    assert PySparkAssertionError("x", data=[1]).data == [1]
