"""Values on their way between a user's function over groups and the compiled core:
Arrow columns as pandas, pandas frames as Arrow, and NumPy's scalars as Python's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from caudal.errors import PySparkValueError


def plain(value: Any) -> Any:
    """A value of NumPy or pandas as one of Python, as states take them.

    Examples
    --------
    >>> plain(3), plain([1, "a"])
    (3, [1, 'a'])
    """
    kind = type(value)
    if kind in (bool, int, float, str, bytes, type(None)):
        return value
    if kind.__module__ == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, tuple):
        items = [plain(item) for item in value]
        return kind(*items) if hasattr(value, "_fields") else _like(value, items)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if hasattr(value, "to_pytimedelta"):
        return value.to_pytimedelta()
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    return value


def _like(value: tuple[Any, ...], items: list[Any]) -> tuple[Any, ...]:
    from caudal.sql.types import Row

    return Row(*items) if isinstance(value, Row) else tuple(items)


def series(column: Any, zone: str) -> Any:
    """An Arrow column as a pandas series; moments are on the session's clock."""
    import pyarrow

    if getattr(column.type, "tz", None) is not None:
        moments = column.to_pandas()
        return moments.dt.tz_convert(zone).dt.tz_localize(None).astype("datetime64[ns]")
    if pyarrow.types.is_timestamp(column.type):
        return column.to_pandas().astype("datetime64[ns]")
    return column.to_pandas(date_as_object=True, maps_as_pydicts="strict")


def wide(column: Any, zone: str) -> Any:
    """As `series`, with numbers as wide as Python's own: a processor sees them so."""
    import pyarrow

    values = series(column, zone)
    if pyarrow.types.is_integer(column.type) and column.null_count == 0:
        return values.astype("int64")
    return values.astype("float64") if _is_number(column.type) else values


def _is_number(kind: Any) -> bool:
    import pyarrow

    return bool(pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind))


class Frames:
    """A batch's rows as pandas frames, one group or a part of it at a time.

    With `is_wide`, numbers are as a processor sees them.
    """

    def __init__(
        self,
        table: Any,
        starts: Sequence[int],
        zone: str,
        most_rows: int,
        is_wide: bool = False,
    ) -> None:
        import pandas

        self._table = table.combine_chunks()
        self._names = table.schema.names
        self._starts = starts
        self._zone = zone
        self._most_rows = most_rows
        columns = self._table.columns
        # A column without nulls has one type throughout; else that depends on the rows.
        self._mixed = [
            at
            for at, column in enumerate(columns)
            if column.null_count > 0 and not (is_wide and _is_number(column.type))
        ]
        convert = wide if is_wide else series
        whole = {at: convert(column, zone) for at, column in enumerate(columns)}
        self._whole = pandas.DataFrame(whole)
        self._whole.columns = pandas.Index(self._names)

    def _frame(self, start: int, end: int) -> Any:
        frame = self._whole.iloc[start:end].reset_index(drop=True)
        for at in self._mixed:
            part = self._table.column(at).slice(start, end - start)
            frame.isetitem(at, series(part, self._zone))
        return frame

    def of_group(self, group: int) -> Iterator[Any]:
        """The frames of a group, none of them longer than is allowed."""
        start, end = self._starts[group], self._starts[group + 1]
        while start < end:
            stop = min(end, start + self._most_rows)
            yield self._frame(start, stop)
            start = stop

    def empty(self) -> Any:
        """A frame of no rows, with the columns."""
        import pandas

        return pandas.DataFrame(columns=self._names)


def keys_of(table: Any, zone: str, is_wide: bool = False) -> list[tuple[Any, ...]]:
    """The keys as PySpark gives them: what a pandas series of the one key would hold, or
    numbers of Python's own for a processor.
    """
    if is_wide:
        return list(zip(*(wide(column, zone) for column in table.columns), strict=True))
    columns = []
    for column in table.columns:
        if column.null_count == 0:
            columns.append(_scalars(series(column, zone)))
        else:
            parts = (column.slice(row, 1) for row in range(len(column)))
            columns.append([_scalars(series(part, zone))[0] for part in parts])
    return list(zip(*columns, strict=True))


def _scalars(column: Any) -> list[Any]:
    """NumPy's scalars, where the series is one of numbers."""
    return list(column.to_numpy() if column.dtype.kind in "iufb" else column)


class Tables:
    """Frames that come out, as Arrow tables; frames of the same columns as one."""

    def __init__(self, schema: Any, zone: str, dtype: str | None = None) -> None:
        self._schema = schema
        self._zone = zone
        self._dtype = dtype
        self._alike: list[Any] = []
        self._kind: Any = None
        self._tables: list[Any] = []

    def add(self, frame: Any) -> None:
        if not len(frame):
            return
        kind = (list(frame.columns), list(frame.dtypes))
        if self._alike and kind != self._kind:
            self._flush()
        self._kind = kind
        self._alike.append(frame)

    def _flush(self) -> None:
        import pandas

        if self._alike:
            alike = self._alike
            frame = alike[0] if len(alike) == 1 else pandas.concat(alike, ignore_index=True)
            self._tables.append(arrow_table(frame, self._schema, self._zone, self._dtype))
            self._alike = []

    def finish(self) -> list[Any]:
        self._flush()
        return self._tables


def arrow_table(frame: Any, schema: Any, zone: str, dtype: str | None = None) -> Any:
    """A frame's columns by name, under an Arrow schema; one that is missing is null.

    `dtype` is what errors call the type of a column, where not its own.
    """
    import pyarrow

    columns = []
    for field in schema:
        if field.name in frame.columns:
            columns.append(_column(frame[field.name], field, zone, dtype))
        else:
            columns.append(pyarrow.nulls(len(frame), field.type))
    return pyarrow.table(columns, schema=schema)


def _column(values: Any, field: Any, zone: str, dtype: str | None) -> Any:
    import pyarrow

    if pyarrow.types.is_timestamp(field.type):
        values = _moments(values, field.type, zone)
    try:
        try:
            array = pyarrow.Array.from_pandas(values, type=field.type, safe=True)
        except (pyarrow.ArrowInvalid, pyarrow.ArrowTypeError):
            array = pyarrow.Array.from_pandas(values, safe=True).cast(field.type, safe=True)
    except (TypeError, ValueError) as error:
        named = dtype or values.dtype
        raise PySparkValueError(
            f"Failed to convert the value of the column '{field.name}' with type '{named}' to "
            f"Arrow type '{field.type}'. It can be caused by overflows or other unsafe "
            "conversions warned by Arrow. Arrow safe type check can be disabled by using SQL "
            "config `spark.sql.execution.pandas.convertToArrowArraySafely`."
        ) from error
    return array.combine_chunks() if isinstance(array, pyarrow.ChunkedArray) else array


def _moments(values: Any, kind: Any, zone: str) -> Any:
    import pandas

    values = pandas.to_datetime(values)
    if kind.tz is None:
        return values.dt.tz_convert(zone).dt.tz_localize(None) if values.dt.tz else values
    if values.dt.tz is None:
        values = values.dt.tz_localize(zone, ambiguous=False)
    return values.dt.tz_convert("UTC")
