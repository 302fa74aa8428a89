"""Drivers of functions of series and of arrays: scalar ones, iterators, aggregates."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from caudal.errors import PySparkTypeError, PySparkValueError
from caudal.sql._arrow_types import arrow_schema
from caudal.sql._functions import checks, from_pandas, kinds, settings, to_pandas
from caudal.sql._functions.arrow_tables import as_schema, in_zone
from caudal.sql.types import DataType, StructField, StructType, _parse_datatype_json_string

if TYPE_CHECKING:
    import pyarrow


class Call:
    """One call: a chain of functions, and which columns are the arguments of the first."""

    def __init__(self, functions: list[Any], args: list[tuple[int, str | None]], returns: str):
        self._functions = functions
        self.positional = [at for at, name in args if name is None]
        self.named = {name: at for at, name in args if name is not None}
        self.returns = _parse_datatype_json_string(returns)

    @property
    def args(self) -> list[int]:
        return [*self.positional, *self.named.values()]

    def __call__(self, columns: Sequence[Any]) -> Any:
        first, *rest = self._functions
        args = [columns[at] for at in self.positional]
        result = first(*args, **{name: columns[at] for name, at in self.named.items()})
        for function in rest:
            result = function(result)
        return result

    def alone(self, given: Any) -> Any:
        """The one function, called with something of its own."""
        return self._functions[0](given)


class Driver:
    """What the core calls; `most_rows` is how many rows it may hand over at once."""

    def __init__(self, calls: list[Call]) -> None:
        self._calls = calls
        self._settings = settings.current()
        self.most_rows = self._settings.most_rows
        fields = enumerate(call.returns for call in calls)
        self._schema = StructType([StructField(f"_{at}", kind) for at, kind in fields])

    def _series(self, table: pyarrow.Table) -> list[Any]:
        zone, extension = self._settings.zone, self._settings.ints_as_extension
        return [
            to_pandas.column(column, f"_{at}", zone, extension, True)
            for at, column in enumerate(table.columns)
        ]

    def _arrays(self, table: pyarrow.Table) -> list[Any]:
        return [column.combine_chunks() for column in in_zone(table, self._settings.zone).columns]


class PandasColumns(Driver):
    """Series to series."""

    def call(self, given: Any, rows: int) -> pyarrow.Table:
        import pandas
        import pyarrow

        columns = self._series(pyarrow.table(given))
        results = []
        for call in self._calls:
            result = call(columns)
            is_struct = isinstance(call.returns, StructType)
            if not hasattr(result, "__len__"):
                label = "pandas.DataFrame" if is_struct else "pandas.Series"
                raise checks.wrong_return(label, type(result).__name__)
            checks.check_rows(len(result), rows)
            if is_struct and not isinstance(result, pandas.DataFrame):
                raise PySparkValueError(
                    "Invalid return type. Please make sure that the UDF returns a "
                    "pandas.DataFrame when the specified return type is StructType."
                )
            results.append(result)
        return from_pandas.table_of(results, self._schema, self._settings)


class ArrowColumns(Driver):
    """Arrays to arrays."""

    def call(self, given: Any, rows: int) -> pyarrow.Table:
        import pyarrow

        columns = self._arrays(pyarrow.table(given))
        results = [call(columns) for call in self._calls]
        batch = pyarrow.RecordBatch.from_arrays(results, self._schema.names)
        batch = as_schema(batch, arrow_schema(self._schema), True, self._settings.is_safe)
        checks.check_rows(len(batch), rows)
        return pyarrow.table(batch)


class PandasAggregates(Driver):
    """Series of a group to one value."""

    def call(self, given: Any, rows: int) -> pyarrow.Table:
        import pandas
        import pyarrow

        columns = self._series(pyarrow.table(given))
        results = [pandas.Series([call(columns)]) for call in self._calls]
        return from_pandas.table_of(results, self._schema, self._settings)


class ArrowAggregates(Driver):
    """Arrays of a group to one value."""

    def call(self, given: Any, rows: int) -> pyarrow.Table:
        import pyarrow

        columns = self._arrays(pyarrow.table(given))
        results = [pyarrow.array([call(columns)]) for call in self._calls]
        batch = pyarrow.RecordBatch.from_arrays(results, self._schema.names)
        return pyarrow.table(as_schema(batch, arrow_schema(self._schema), True, True))


class _PartAggregates(Driver):
    """An iterator of parts of a group to one value."""

    def call(self, given: Any, rows: int) -> pyarrow.Table:
        import pyarrow

        table = pyarrow.table(given)
        (call,) = self._calls
        starts = range(0, rows, self.most_rows)
        parts = (self._part(table.slice(start, self.most_rows), call) for start in starts)
        return self._result(call.alone(parts))

    def _part(self, table: pyarrow.Table, call: Call) -> Any:
        columns = self._columns(table)
        return _one_or_tuple([columns[at] for at in call.args])

    def _columns(self, table: pyarrow.Table) -> list[Any]:
        raise NotImplementedError

    def _result(self, value: Any) -> pyarrow.Table:
        raise NotImplementedError


class PandasPartAggregates(_PartAggregates):
    """The same, of series."""

    def _columns(self, table: pyarrow.Table) -> list[Any]:
        return self._series(table)

    def _result(self, value: Any) -> pyarrow.Table:
        import pandas

        return from_pandas.table_of([pandas.Series([value])], self._schema, self._settings)


class ArrowPartAggregates(_PartAggregates):
    """The same, of arrays."""

    def _columns(self, table: pyarrow.Table) -> list[Any]:
        return self._arrays(table)

    def _result(self, value: Any) -> pyarrow.Table:
        import pyarrow

        batch = pyarrow.RecordBatch.from_arrays([pyarrow.array([value])], self._schema.names)
        return pyarrow.table(as_schema(batch, arrow_schema(self._schema), True, True))


def _one_or_tuple(columns: list[Any]) -> Any:
    return columns[0] if len(columns) == 1 else tuple(columns)


class _Iterators(Driver):
    """A function from an iterator over all batches to another, as many rows in all.

    Batches have the columns of the input, then the arguments; the results take the place
    of the latter.
    """

    def run(self, batches: Iterator[Any]) -> Iterator[pyarrow.Table]:
        import pyarrow

        (call,) = self._calls
        width = len(set(call.args))
        held: deque[pyarrow.Table] = deque()
        rows = 0

        def arguments() -> Iterator[Any]:
            nonlocal rows
            for batch in batches:
                table = pyarrow.table(batch)
                first = table.num_columns - width
                held.append(table.select(range(first)))
                rows += table.num_rows
                columns = self._columns(table.select(range(first, table.num_columns)))
                yield _one_or_tuple([columns[at] for at in call.args])

        given = arguments()
        results = self._results(call.alone(given), call.returns)
        for result in checks.within(results, lambda: rows):
            yield from _beside(held, result)
        checks.check_consumed(given)

    def _columns(self, table: pyarrow.Table) -> list[Any]:
        raise NotImplementedError

    def _results(self, results: Any, kind: DataType) -> Iterator[Any]:
        raise NotImplementedError


class PandasIterators(_Iterators):
    """Of series."""

    def _columns(self, table: pyarrow.Table) -> list[Any]:
        return self._series(table)

    def _results(self, results: Any, kind: DataType) -> Iterator[Any]:
        import pandas

        is_struct = isinstance(kind, StructType)
        wanted = pandas.DataFrame if is_struct else pandas.Series
        label = "pandas.DataFrame" if is_struct else "pandas.Series"
        for result in checks.iterated(results, wanted, label):
            checks.check_frame(result, kind, self._settings.by_name, True)
            yield from_pandas.array_of(result, "_0", kind, self._settings)


class ArrowIterators(_Iterators):
    """Of arrays."""

    def _columns(self, table: pyarrow.Table) -> list[Any]:
        return self._arrays(table)

    def _results(self, results: Any, kind: DataType) -> Iterator[Any]:
        import pyarrow

        schema = arrow_schema(self._schema)
        for result in checks.iterated(results, pyarrow.Array, "pyarrow.Array"):
            batch = pyarrow.RecordBatch.from_arrays([result], ["_0"])
            yield as_schema(batch, schema, True, True).column(0)


def _beside(held: deque[pyarrow.Table], result: pyarrow.Array) -> Iterator[pyarrow.Table]:
    """The rows that went in, each with its result."""
    start = 0
    while start < len(result):
        first = held.popleft()
        rows = min(first.num_rows, len(result) - start)
        if rows < first.num_rows:
            held.appendleft(first.slice(rows))
        part = result.slice(start, rows)
        table = first.slice(0, rows)
        yield table.append_column("", part) if table.num_columns else _only(part)
        start += rows


def _only(column: pyarrow.Array) -> pyarrow.Table:
    import pyarrow

    return pyarrow.table([column], [""])


_DRIVERS: dict[int, Callable[[list[Call]], Driver]] = {
    kinds.SCALAR_PANDAS: PandasColumns,
    kinds.SCALAR_PANDAS_ITER: PandasIterators,
    kinds.GROUPED_AGG_PANDAS: PandasAggregates,
    kinds.GROUPED_AGG_PANDAS_ITER: PandasPartAggregates,
    kinds.SCALAR_ARROW: ArrowColumns,
    kinds.SCALAR_ARROW_ITER: ArrowIterators,
    kinds.GROUPED_AGG_ARROW: ArrowAggregates,
    kinds.GROUPED_AGG_ARROW_ITER: ArrowPartAggregates,
}


def driver_of(kind: int, told: Sequence[Any]) -> Driver:
    """The driver of calls of one kind."""
    found = _DRIVERS.get(kind)
    if found is None:
        raise PySparkTypeError(
            errorClass="INVALID_UDF_EVAL_TYPE",
            messageParameters={"eval_type": ", ".join(kinds.OF_COLUMNS.values())},
        )
    return found([Call(functions, args, returns) for functions, args, _, returns in told])
