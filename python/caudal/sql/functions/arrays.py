"""Arrays and structs.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from caudal.sql._convert import unpack
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, given, number, optional

__all__ = [
    "array",
    "array_append",
    "array_compact",
    "array_contains",
    "array_distinct",
    "array_except",
    "array_insert",
    "array_intersect",
    "array_join",
    "array_max",
    "array_min",
    "array_position",
    "array_prepend",
    "array_remove",
    "array_repeat",
    "array_size",
    "array_union",
    "arrays_overlap",
    "arrays_zip",
    "flatten",
    "get",
    "sequence",
    "shuffle",
    "slice",
    "sort_array",
    "named_struct",
    "struct",
]


def array(*cols: ColumnOrName | Sequence[ColumnOrName] | tuple[ColumnOrName, ...]) -> Column:
    """An array of the values of columns."""
    return call("array", *unpack(cols, (list, set)))


def array_append(col: ColumnOrName, value: Any) -> Column:
    """The array with a value added at its end."""
    return call("array_append", col, constant(value))


def array_compact(col: ColumnOrName) -> Column:
    """The array without nulls."""
    return call("array_compact", col)


def array_contains(col: ColumnOrName, value: Any) -> Column:
    """Whether the array has a value."""
    return call("array_contains", col, constant(value))


def array_distinct(col: ColumnOrName) -> Column:
    """The array without repeated values."""
    return call("array_distinct", col)


def array_except(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The values of the first array that the second has not."""
    return call("array_except", col1, col2)


def array_insert(arr: ColumnOrName, pos: ColumnOrName | int, value: Any) -> Column:
    """The array with a value at a position from 1."""
    return call("array_insert", arr, number(pos), constant(value))


def array_intersect(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The values that both arrays have."""
    return call("array_intersect", col1, col2)


def array_join(col: ColumnOrName, delimiter: str, null_replacement: str | None = None) -> Column:
    """The values joined by a text."""
    return call("array_join", col, constant(delimiter), *given(optional(null_replacement)))


def array_max(col: ColumnOrName) -> Column:
    """The greatest value."""
    return call("array_max", col)


def array_min(col: ColumnOrName) -> Column:
    """The least value."""
    return call("array_min", col)


def array_position(col: ColumnOrName, value: Any) -> Column:
    """The position of a value from 1; 0 where it is not found."""
    return call("array_position", col, constant(value))


def array_prepend(col: ColumnOrName, value: Any) -> Column:
    """The array with a value added at its start."""
    return call("array_prepend", col, constant(value))


def array_remove(col: ColumnOrName, element: Any) -> Column:
    """The array without a value."""
    return call("array_remove", col, constant(element))


def array_repeat(col: ColumnOrName, count: ColumnOrName | int) -> Column:
    """An array of one value several times."""
    return call("array_repeat", col, number(count))


def array_size(col: ColumnOrName) -> Column:
    """The number of elements."""
    return call("array_size", col)


def array_union(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The values of both arrays, each once."""
    return call("array_union", col1, col2)


def arrays_overlap(a1: ColumnOrName, a2: ColumnOrName) -> Column:
    """Whether the arrays share a value."""
    return call("arrays_overlap", a1, a2)


def arrays_zip(*cols: ColumnOrName) -> Column:
    """An array of structs of the values at equal positions."""
    return call("arrays_zip", *cols)


def flatten(col: ColumnOrName) -> Column:
    """The arrays of an array one after the other."""
    return call("flatten", col)


def get(col: ColumnOrName, index: ColumnOrName | int) -> Column:
    """The element at a position from 0, null where there is none."""
    return call("get", col, number(index))


def sequence(start: ColumnOrName, stop: ColumnOrName, step: ColumnOrName | None = None) -> Column:
    """The values from `start` to `stop` by `step`."""
    return call("sequence", start, stop, *given(step))


def shuffle(col: ColumnOrName, seed: Column | int | None = None) -> Column:
    """The array in random order."""
    return call("shuffle", col, *given(optional(seed)))


def slice(x: ColumnOrName, start: ColumnOrName | int, length: ColumnOrName | int) -> Column:
    """The part of an array from a position from 1."""
    return call("slice", x, number(start), number(length))


def sort_array(col: ColumnOrName, asc: bool = True) -> Column:
    """The array in order."""
    return call("sort_array", col, constant(asc))


def named_struct(*cols: ColumnOrName) -> Column:
    """A struct of names and values in turn."""
    return call("named_struct", *cols)


def struct(*cols: ColumnOrName | Sequence[ColumnOrName] | tuple[ColumnOrName, ...]) -> Column:
    """A struct of columns; it takes their names.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> F.struct("a", "b")
    Column<'struct(a, b)'>
    """
    return call("struct", *unpack(cols, (list, set)))
