"""Arrays and maps, and functions over their elements.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from caudal.sql._convert import unpack
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant
from caudal.sql.functions._lambda import call_with
from caudal.sql.functions.normal import lit

__all__ = [
    "aggregate",
    "array_sort",
    "cardinality",
    "concat",
    "element_at",
    "exists",
    "filter",
    "forall",
    "map_filter",
    "map_zip_with",
    "reduce",
    "reverse",
    "size",
    "transform",
    "transform_keys",
    "transform_values",
    "try_element_at",
    "zip_with",
    "create_map",
    "map_concat",
    "map_contains_key",
    "map_entries",
    "map_from_arrays",
    "map_from_entries",
    "map_keys",
    "map_values",
    "str_to_map",
]


def aggregate(
    col: ColumnOrName,
    initialValue: ColumnOrName,
    merge: Callable[[Column, Column], Column],
    finish: Callable[[Column], Column] | None = None,
) -> Column:
    """The elements folded from `initialValue` on by `merge`, then through `finish`."""
    functions = (merge,) if finish is None else (merge, finish)
    return call_with("aggregate", (col, initialValue), *functions)


def array_sort(
    col: ColumnOrName, comparator: Callable[[Column, Column], Column] | None = None
) -> Column:
    """The array in order, nulls last, or as a function of two elements says: negative where
    the first one comes first, 0 where they are alike, positive where it comes last."""
    if comparator is None:
        return call("array_sort", col)
    return call_with("array_sort", (col,), comparator)


def cardinality(col: ColumnOrName) -> Column:
    """The number of elements or entries."""
    return call("cardinality", col)


def concat(*cols: ColumnOrName) -> Column:
    """Texts, bytes or arrays one after the other."""
    return call("concat", *cols)


def element_at(col: ColumnOrName, extraction: Any) -> Column:
    """The element at a position from 1, or the entry of a key."""
    return call("element_at", col, constant(extraction))


def exists(col: ColumnOrName, f: Callable[[Column], Column]) -> Column:
    """Whether a function of an element is true for one of them; null where it is unknown."""
    return call_with("exists", (col,), f)


def filter(
    col: ColumnOrName, f: Callable[[Column], Column] | Callable[[Column, Column], Column]
) -> Column:
    """The elements for which a function of them, and of their position from 0, is true."""
    return call_with("filter", (col,), f)


def forall(col: ColumnOrName, f: Callable[[Column], Column]) -> Column:
    """Whether a function of an element is true for all of them; null where it is unknown."""
    return call_with("forall", (col,), f)


def map_filter(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The entries for which a function of key and value is true."""
    return call_with("map_filter", (col,), f)


def map_zip_with(
    col1: ColumnOrName, col2: ColumnOrName, f: Callable[[Column, Column, Column], Column]
) -> Column:
    """Two maps by their keys: a function of a key and both values, null where there is none."""
    return call_with("map_zip_with", (col1, col2), f)


def reduce(
    col: ColumnOrName,
    initialValue: ColumnOrName,
    merge: Callable[[Column, Column], Column],
    finish: Callable[[Column], Column] | None = None,
) -> Column:
    """The elements folded from `initialValue` on by `merge`, then through `finish`."""
    functions = (merge,) if finish is None else (merge, finish)
    return call_with("reduce", (col, initialValue), *functions)


def reverse(col: ColumnOrName) -> Column:
    """The text or array backwards."""
    return call("reverse", col)


def size(col: ColumnOrName) -> Column:
    """The number of elements or entries."""
    return call("size", col)


def transform(
    col: ColumnOrName, f: Callable[[Column], Column] | Callable[[Column, Column], Column]
) -> Column:
    """Each element through a function of it, and of its position from 0.

    Parameters
    ----------
    f
        A function of one or two columns that returns a column; it runs once, and may use
        other columns of the frame.

    Examples
    --------
    >>> from caudal.sql import SparkSession, functions as F
    >>> spark = SparkSession.builder.getOrCreate()
    >>> df = spark.createDataFrame([([1, 2],)], "xs array<int>")
    >>> df.select(F.transform("xs", lambda x, i: x * 10 + i).alias("ys")).first()
    Row(ys=[10, 21])
    """
    return call_with("transform", (col,), f)


def transform_keys(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The map with each key replaced by a function of key and value."""
    return call_with("transform_keys", (col,), f)


def transform_values(col: ColumnOrName, f: Callable[[Column, Column], Column]) -> Column:
    """The map with each value replaced by a function of key and value."""
    return call_with("transform_values", (col,), f)


def try_element_at(col: ColumnOrName, extraction: ColumnOrName) -> Column:
    """The element at a position from 1, or the entry of a key, null where there is none."""
    return call("try_element_at", col, extraction)


def zip_with(
    left: ColumnOrName, right: ColumnOrName, f: Callable[[Column, Column], Column]
) -> Column:
    """Two arrays element by element through a function; the shorter one ends in nulls."""
    return call_with("zip_with", (left, right), f)


def create_map(*cols: ColumnOrName | Sequence[ColumnOrName] | tuple[ColumnOrName, ...]) -> Column:
    """A map of keys and values in turn."""
    return call("map", *unpack(cols, (list, set)))


def map_concat(*cols: ColumnOrName | Sequence[ColumnOrName] | tuple[ColumnOrName, ...]) -> Column:
    """The entries of all maps."""
    return call("map_concat", *unpack(cols, (list, set)))


def map_contains_key(col: ColumnOrName, value: Any) -> Column:
    """Whether the map has a key."""
    return call("map_contains_key", col, constant(value))


def map_entries(col: ColumnOrName) -> Column:
    """The entries as an array of structs."""
    return call("map_entries", col)


def map_from_arrays(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """A map of an array of keys and one of values."""
    return call("map_from_arrays", col1, col2)


def map_from_entries(col: ColumnOrName) -> Column:
    """A map of an array of structs."""
    return call("map_from_entries", col)


def map_keys(col: ColumnOrName) -> Column:
    """The keys."""
    return call("map_keys", col)


def map_values(col: ColumnOrName) -> Column:
    """The values."""
    return call("map_values", col)


def str_to_map(
    text: ColumnOrName,
    pairDelim: ColumnOrName | None = None,
    keyValueDelim: ColumnOrName | None = None,
) -> Column:
    """A map of a text with delimiters."""
    pair = lit(",") if pairDelim is None else pairDelim
    key = lit(":") if keyValueDelim is None else keyValueDelim
    return call("str_to_map", text, pair, key)
