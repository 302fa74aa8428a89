"""What a processor sees of rows: pandas frames or `Row` objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from caudal.errors import PySparkValueError
from caudal.sql.streaming._values import Frames, Tables, keys_of
from caudal.sql.types import Row, _create_row


class FrameAdapter:
    """Rows as pandas frames, for `transformWithStateInPandas`."""

    def __init__(self, output: Any, zone: str, most_rows: int) -> None:
        self._output, self._zone, self._most_rows = output, zone, most_rows

    def __call__(self, keys: Any, rows: Any, starts: Sequence[int], initial: Any) -> FrameAdapter:
        import pyarrow

        new = FrameAdapter(self._output, self._zone, self._most_rows)
        new._keys = keys_of(pyarrow.table(keys), self._zone, True)
        new._frames = self._frames_of(rows, starts)
        new._tables = Tables(self._output, self._zone)
        new._initial = None
        if initial is not None:
            table, begins = initial
            new._initial = self._frames_of(table, begins)
        return new

    def _frames_of(self, table: Any, starts: Sequence[int]) -> Frames:
        import pyarrow

        return Frames(pyarrow.table(table), starts, self._zone, self._most_rows, True)

    _keys: list[tuple[Any, ...]]
    _frames: Frames
    _tables: Tables
    _initial: Frames | None

    def keys(self) -> list[tuple[Any, ...]]:
        return self._keys

    def rows(self, group: int) -> Iterator[Any]:
        return self._frames.of_group(group)

    def initial(self, group: int) -> Iterator[Any]:
        return iter(()) if self._initial is None else self._initial.of_group(group)

    def take(self, results: Any) -> None:
        import pandas

        for frame in results:
            if not isinstance(frame, pandas.DataFrame):
                raise PySparkValueError(
                    "Invalid return type. Please make sure that the UDF returns a "
                    "pandas.DataFrame when the specified return type is StructType."
                )
            self._tables.add(frame)

    def finish(self) -> list[Any]:
        return self._tables.finish()


class RowAdapter:
    """Rows as ``Row``, for `transformWithState`."""

    def __init__(self, output: Any) -> None:
        self._output = output

    def __call__(self, keys: Any, rows: Any, starts: Sequence[int], initial: Any) -> RowAdapter:
        import pyarrow

        new = RowAdapter(self._output)
        columns = [column.to_pylist() for column in pyarrow.table(keys).columns]
        new._keys = list(zip(*columns, strict=True))
        new._rows, new._starts = pyarrow.table(rows), starts
        new._results, new._begin = [], None
        if initial is not None:
            new._begin = (pyarrow.table(initial[0]), initial[1])
        return new

    _keys: list[tuple[Any, ...]]
    _results: list[dict[str, Any]]
    _rows: Any
    _starts: Sequence[int]
    _begin: tuple[Any, Sequence[int]] | None

    def keys(self) -> list[tuple[Any, ...]]:
        return self._keys

    def rows(self, group: int) -> Iterator[Row]:
        return _rows(self._rows, self._starts, group)

    def initial(self, group: int) -> Iterator[Row]:
        return iter(()) if self._begin is None else _rows(*self._begin, group)

    def take(self, results: Any) -> None:
        self._results += [row.asDict(True) for row in results]

    def finish(self) -> list[Any]:
        import pyarrow

        if not self._results:
            return []
        return [pyarrow.Table.from_pylist(self._results, schema=self._output)]


def _rows(table: Any, starts: Sequence[int], group: int) -> Iterator[Row]:
    names = table.schema.names
    part = table.slice(starts[group], starts[group + 1] - starts[group])
    columns = [column.to_pylist() for column in part.columns]
    return (_create_row(names, values) for values in zip(*columns, strict=True))
