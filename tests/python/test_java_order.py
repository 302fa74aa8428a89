"""The order of a dictionary's entries in ``agg``, as recorded from real PySpark 4.3.0."""

from __future__ import annotations

import pytest

from caudal.sql._java_order import map_order


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("a b c", "a b c"),
        ("c b", "b c"),
        ("price amount", "amount price"),
        ("gamma alpha beta", "alpha gamma beta"),
        ("k1 k2 zz aa mm qq", "zz aa k2 qq mm k1"),
        (
            "price amount qty total discount tax cost",
            "tax price total amount cost qty discount",
        ),
    ],
)
def test_the_order_that_spark_sees(given: str, seen: str) -> None:
    assert [name for name, _ in map_order(dict.fromkeys(given.split(), 1))] == seen.split()
