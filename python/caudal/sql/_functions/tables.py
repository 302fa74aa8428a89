"""Drivers of functions over tables and groups: `mapInPandas`, `applyInArrow` and the like."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from caudal.sql._arrow_types import arrow_schema
from caudal.sql._functions import checks, from_pandas, settings, to_pandas
from caudal.sql._functions.arrow_tables import as_schema, by_position, in_zone
from caudal.sql.streaming._values import Frames, keys_of
from caudal.sql.types import StructType

if TYPE_CHECKING:
    import pyarrow


def returned(function: Any, schema: Any, kind: int) -> StructType:
    """The columns that a function of tables or groups gives; both are checked."""
    from caudal.sql.functions.python_udf import checked_kind
    from caudal.sql.udf import UserDefinedFunction

    made = UserDefinedFunction(function, schema, evalType=checked_kind(function, kind, "pandas"))
    output: Any = made.returnType
    return output


Side = tuple[Any, Sequence[int]]


class _Driver:
    def __init__(self, session: Any, function: Callable[..., Any], output: StructType) -> None:
        self._function = function
        self._output = output
        self._settings = settings.current(session)
        self.most_rows = self._settings.most_rows

    def _frame_table(self, frame: Any) -> pyarrow.Table:
        return from_pandas.frame_table(frame, self._output, self._settings)

    def _takes(self) -> int:
        return len(inspect.getfullargspec(self._function).args)


class MapPandas(_Driver):
    """Frames to frames."""

    def run(self, batches: Iterator[Any]) -> Iterator[pyarrow.Table]:
        import pandas
        import pyarrow

        frames = (self._frame(pyarrow.table(batch)) for batch in batches)
        any_iterable = self._settings.any_iterable
        results = self._function(frames)
        for frame in checks.iterated(results, pandas.DataFrame, "pandas.DataFrame", any_iterable):
            checks.check_frame(frame, self._output, True, True)
            yield self._frame_table(frame)

    def _frame(self, table: pyarrow.Table) -> Any:
        import pandas

        zone, extension = self._settings.zone, self._settings.ints_as_extension
        columns = [to_pandas.series(column, zone, extension) for column in table.columns]
        if not columns:
            return pandas.DataFrame(index=range(table.num_rows))
        frame = pandas.concat(columns, axis=1)
        frame.columns = pandas.Index(table.schema.names)
        return frame


class MapArrow(_Driver):
    """Batches to batches."""

    def run(self, batches: Iterator[Any]) -> Iterator[pyarrow.Table]:
        import pyarrow

        zone = self._settings.zone
        given = (
            part for batch in batches for part in in_zone(pyarrow.table(batch), zone).to_batches()
        )
        results = self._function(given)
        any_iterable = self._settings.any_iterable
        kind = pyarrow.RecordBatch
        for batch in checks.iterated(results, kind, "pyarrow.RecordBatch", any_iterable):
            yield by_position(pyarrow.table(batch), arrow_schema(self._output))


class GroupsPandas(_Driver):
    """The frame of a group to a frame; `in_parts` for iterators of frames."""

    def __init__(
        self,
        session: Any,
        function: Callable[..., Any],
        output: StructType,
        in_parts: bool = False,
    ) -> None:
        super().__init__(session, function, output)
        self._in_parts = in_parts

    def call(self, keys: Any, sides: Sequence[Side]) -> list[pyarrow.Table]:
        import pyarrow

        ((rows, starts),) = sides
        zone = self._settings.zone
        most = self.most_rows if self._in_parts else 2**63
        frames = Frames(pyarrow.table(rows), starts, zone, most)
        with_key = self._takes() > 1
        out = []
        for group, key in enumerate(_keys(keys, zone)):
            parts = frames.of_group(group)
            given = parts if self._in_parts else next(parts)
            result = self._function(key, given) if with_key else self._function(given)
            for frame in result if self._in_parts else [result]:
                checks.check_frame(frame, self._output, self._settings.by_name, False)
                out.append(self._frame_table(frame))
        return out


class GroupsArrow(_Driver):
    """The table of a group to a table; `in_parts` for iterators of batches."""

    def __init__(
        self,
        session: Any,
        function: Callable[..., Any],
        output: StructType,
        in_parts: bool = False,
    ) -> None:
        super().__init__(session, function, output)
        self._in_parts = in_parts
        self._schema = arrow_schema(output)

    def call(self, keys: Any, sides: Sequence[Side]) -> list[pyarrow.Table]:
        import pyarrow

        ((rows, starts),) = sides
        rows = in_zone(pyarrow.table(rows), self._settings.zone)
        with_key = self._takes() > 1
        out: list[pyarrow.Table] = []
        for group, key in enumerate(_scalars(keys, self._settings.zone)):
            given = _slice(rows, starts, group)
            if self._in_parts:
                given = iter(given.to_batches(max_chunksize=self.most_rows))
            result = self._function(key, given) if with_key else self._function(given)
            if self._in_parts:
                batches = checks.iterated(result, pyarrow.RecordBatch, "pyarrow.RecordBatch")
                out += (pyarrow.table(self._checked(batch)) for batch in batches)
            else:
                checks.check_kind(result, pyarrow.Table, "pyarrow.Table")
                out.append(self._checked(result))
        return out

    def _checked(self, result: Any) -> Any:
        return as_schema(result, self._schema, False, True, self._settings.by_name)


class CogroupsPandas(_Driver):
    """The frames of two groups of one key to a frame."""

    def call(self, keys: Any, sides: Sequence[Side]) -> list[pyarrow.Table]:
        import pyarrow

        zone = self._settings.zone
        left, right = (
            (pyarrow.table(rows), Frames(pyarrow.table(rows), starts, zone, 2**63))
            for rows, starts in sides
        )
        with_key = self._takes() > 2
        out = []
        for group, key in enumerate(_keys(keys, zone)):
            given = [self._frame(side, group) for side in (left, right)]
            result = self._function(key, *given) if with_key else self._function(*given)
            checks.check_frame(result, self._output, self._settings.by_name, False)
            out.append(self._frame_table(result))
        return out

    def _frame(self, side: tuple[Any, Frames], group: int) -> Any:
        table, frames = side
        for frame in frames.of_group(group):
            return frame
        # Of no rows; the columns have their types all the same.
        empty = {
            name: to_pandas.series(table[name].slice(0, 0), self._settings.zone)
            for name in table.schema.names
        }
        import pandas

        return pandas.DataFrame(empty)


class CogroupsArrow(_Driver):
    """The tables of two groups of one key to a table."""

    def call(self, keys: Any, sides: Sequence[Side]) -> list[pyarrow.Table]:
        import pyarrow

        zone = self._settings.zone
        tables = [(in_zone(pyarrow.table(rows), zone), starts) for rows, starts in sides]
        with_key = self._takes() > 2
        schema = arrow_schema(self._output)
        out = []
        for group, key in enumerate(_scalars(keys, zone)):
            given = [_slice(rows, starts, group) for rows, starts in tables]
            result = self._function(key, *given) if with_key else self._function(*given)
            checks.check_kind(result, pyarrow.Table, "pyarrow.Table")
            out.append(as_schema(result, schema, False, True, self._settings.by_name))
        return out


def _keys(keys: Any, zone: str) -> list[tuple[Any, ...]]:
    """The key of each group; without keys all rows are one."""
    import pyarrow

    table = pyarrow.table(keys)
    return keys_of(table, zone) if table.num_columns else [()]


def _scalars(keys: Any, zone: str) -> Iterator[tuple[Any, ...]]:
    import pyarrow

    table = in_zone(pyarrow.table(keys), zone)
    if not table.num_columns:
        yield ()
        return
    columns = [column.combine_chunks() for column in table.columns]
    for row in range(table.num_rows):
        yield tuple(column[row] for column in columns)


def _slice(rows: Any, starts: Sequence[int], group: int) -> Any:
    return rows.slice(starts[group], starts[group + 1] - starts[group])
