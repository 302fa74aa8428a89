"""The assertions that ship for users' tests."""

from __future__ import annotations

import pytest

from caudal.errors import PySparkAssertionError
from caudal.sql import Row
from caudal.testing import assertDataFrameEqual


def test_equal_rows_in_any_order() -> None:
    assertDataFrameEqual([Row(a=1), Row(a=2)], [Row(a=2), Row(a=1)])
    with pytest.raises(PySparkAssertionError, match="DIFFERENT_ROWS"):
        assertDataFrameEqual([Row(a=1), Row(a=2)], [Row(a=2), Row(a=1)], checkRowOrder=True)


def test_a_tolerance_for_numbers() -> None:
    assertDataFrameEqual([Row(a=1.0)], [Row(a=1.000001)])
    with pytest.raises(PySparkAssertionError):
        assertDataFrameEqual([Row(a=1.0)], [Row(a=1.1)])


def test_the_message_marks_what_differs() -> None:
    with pytest.raises(PySparkAssertionError) as caught:
        assertDataFrameEqual([Row(a=1), Row(a=2)], [Row(a=1), Row(a=5)], includeDiffRows=True)
    text = str(caught.value)
    assert "Results do not match: ( 50.00000 % )" in text
    assert "! Row(a=2)" in text and "  Row(a=1)" in text
    assert caught.value.data == [(Row(a=2), Row(a=5))]


def test_rows_that_only_one_side_has() -> None:
    with pytest.raises(PySparkAssertionError) as caught:
        assertDataFrameEqual([Row(a=1), Row(a=2), Row(a=3)], [Row(a=1), Row(a=3)])
    assert "( 33.33333 % )" in str(caught.value)


def test_other_arguments() -> None:
    assert assertDataFrameEqual(None, None) is True
    with pytest.raises(PySparkAssertionError, match="INVALID_TYPE_DF_EQUALITY_ARG"):
        assertDataFrameEqual([], None)
