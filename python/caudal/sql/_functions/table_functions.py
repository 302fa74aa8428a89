"""How classes that give a table run: over constants, over a frame, over its parts."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._missing import not_implemented
from caudal.errors import PySparkRuntimeError, PySparkTypeError
from caudal.sql._arrow_types import arrow_schema
from caudal.sql._convert import column_expr
from caudal.sql._functions import kinds, settings
from caudal.sql._functions.arrow_tables import as_schema, in_zone
from caudal.sql._functions.rows import rows_of
from caudal.sql._functions.to_arrow import array_of
from caudal.sql.table_arg import TableArg
from caudal.sql.types import StructType, _create_row, _parse_datatype_json_string
from caudal.sql.udtf import (
    AnalyzeArgument,
    AnalyzeResult,
    SkipRestOfInputTableException,
    UserDefinedTableFunction,
)

if TYPE_CHECKING:
    import pyarrow

    from caudal.sql.dataframe import DataFrame

Side = tuple[Any, Sequence[int]]


def called(function: UserDefinedTableFunction, args: Any, kwargs: Any) -> DataFrame:
    """The frame that a call stands for."""
    from caudal.sql.column import Column
    from caudal.sql.session import SparkSession

    session = SparkSession.builder.getOrCreate()
    given: list[tuple[str | None, Any]] = [(None, arg) for arg in args]
    given += list(kwargs.items())
    tables = [arg for _, arg in given if isinstance(arg, TableArg)]
    if len(tables) > 1:
        not_implemented("a table function of two tables")
    table = tables[0] if tables else None
    # Without a table `eval` is called for the one row of the constants.
    base = session.range(1) if table is None else table._df
    width = len(base.columns)
    scalars = [Column(column_expr(arg)) for _, arg in given if not isinstance(arg, TableArg)]
    schema = base.select(*scalars).schema
    made = _analyzed(function, given, schema, table)
    output = function.returnType if made is None else made.schema
    assert output is not None
    told = [(name, isinstance(arg, TableArg)) for name, arg in given]
    names = [f"_{at}" for at in range(len(scalars))]
    extra = [c.alias(name) for c, name in zip(scalars, names, strict=True)]
    frame = base.select("*", *extra)
    driver = _driver_of(function)(function, told, width, output, made)
    return _run(session, frame, table, driver, output)


def _run(
    session: Any, frame: DataFrame, table: TableArg | None, driver: Driver, output: StructType
) -> DataFrame:
    from caudal.sql.dataframe import DataFrame

    native = frame._frame
    if table is not None and table._order:
        native = native.sort(table._order, True)
    if table is not None and table._keys is not None:
        sides = [(native, table._keys)]
        native = _native.map_groups(sides, "PythonUDTF", driver, output.json())
    else:
        native = _native.map_batches(native, "PythonUDTF", driver, output.json())
    return DataFrame(native, session)


def _analyzed(
    function: UserDefinedTableFunction, given: Any, schema: StructType, table: TableArg | None
) -> AnalyzeResult | None:
    """What the class says of its output, where it does."""
    if function.returnType is not None:
        return None
    from caudal.sql.column import Column
    from caudal.sql.session import SparkSession

    one = SparkSession.builder.getOrCreate().range(1)
    fields = iter(schema.fields)
    positional, named = [], {}
    for name, arg in given:
        if isinstance(arg, TableArg):
            told = AnalyzeArgument(arg._df.schema, None, True, False)
        else:
            kind = next(fields).dataType
            try:
                value = one.select(Column(column_expr(arg))).collect()[0][0]
                told = AnalyzeArgument(kind, value, False, True)
            except Exception:
                told = AnalyzeArgument(kind, None, False, False)
        if name is None:
            positional.append(told)
        else:
            named[name] = told
    return _told_by(function, positional, named)


def _told_by(
    function: UserDefinedTableFunction,
    positional: list[AnalyzeArgument],
    named: dict[str, AnalyzeArgument],
) -> AnalyzeResult:
    made: AnalyzeResult = function.func.analyze(*positional, **named)  # type: ignore[attr-defined]
    if made.partitionBy or made.orderBy or made.withSinglePartition or made.select:
        not_implemented("the wishes of analyze for its input")
    return made


class Driver:
    """Calls an object of the class for each row, and at the end."""

    def __init__(
        self,
        function: UserDefinedTableFunction,
        given: list[tuple[str | None, bool]],
        width: int,
        output: StructType,
        made: AnalyzeResult | None,
        is_beside: bool = False,
    ) -> None:
        self._class = function.func
        self._name = function._name
        # The name of each argument, and whether it is the row of a table.
        self._given = given
        self._width = width
        self._output = output
        self._made = made
        self._is_beside = is_beside
        self._settings = settings.current()
        self.most_rows = self._settings.most_rows

    def run(self, batches: Iterator[Any]) -> Iterator[pyarrow.Table]:
        import pyarrow

        if self._is_beside:
            yield from self._beside(batches)
            return
        rows = (row for batch in batches for row in rows_of(pyarrow.table(batch)))
        yield from self._over(rows)

    def _beside(self, batches: Iterator[Any]) -> Iterator[pyarrow.Table]:
        """Each row's own columns before those of what it gave; at the end the last row's."""
        import pyarrow

        made, own = self._object(), None
        try:
            for batch in batches:
                table = pyarrow.table(batch)
                columns = table.select(range(self._width))
                for at, row in enumerate(rows_of(table)):
                    args, named = self._arguments(row)
                    own = columns.slice(at, 1)
                    for given in self._rows(made.eval, *args, **named):
                        yield _joined(own, given)
            if own is not None and hasattr(made, "terminate"):
                for given in self._rows(made.terminate):
                    yield _joined(own, given)
        except SkipRestOfInputTableException:
            return
        finally:
            if hasattr(made, "cleanup"):
                made.cleanup()

    def call(self, keys: Any, sides: Sequence[Side]) -> list[pyarrow.Table]:
        import pyarrow

        ((table, starts),) = sides
        table = pyarrow.table(table)
        out: list[pyarrow.Table] = []
        for start, end in itertools.pairwise(starts):
            out += self._over(rows_of(table.slice(start, end - start)))
        return out

    def _over(self, rows: Iterable[Any]) -> Iterator[pyarrow.Table]:
        made = self._object()
        try:
            try:
                for row in rows:
                    args, named = self._arguments(row)
                    yield from self._rows(made.eval, *args, **named)
            except SkipRestOfInputTableException:
                pass
            if hasattr(made, "terminate"):
                yield from self._rows(made.terminate)
        finally:
            if hasattr(made, "cleanup"):
                made.cleanup()

    def _object(self) -> Any:
        try:
            wants_made = len(inspect.signature(self._class).parameters) > 0
            made = self._class(self._made) if wants_made and self._made else self._class()
        except Exception as error:
            raise _failed("__init__", error) from error
        given = [(name, None) for name, _ in self._given]
        named = {name: value for name, value in given if name is not None}
        try:
            inspect.signature(made.eval).bind(*[None] * (len(given) - len(named)), **named)
        except TypeError as error:
            raise PySparkRuntimeError(
                errorClass="UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE",
                messageParameters={"name": self._name, "reason": str(error)},
            ) from None
        return made

    def _arguments(self, row: Any) -> tuple[list[Any], dict[str, Any]]:
        own, rest = row[: self._width], iter(row[self._width :])
        names = row.__fields__[: self._width]
        positional, named = [], {}
        for name, is_table in self._given:
            value = _create_row(names, own) if is_table else next(rest)
            if name is None:
                positional.append(value)
            else:
                named[name] = value
        return positional, named

    def _rows(self, method: Callable[..., Any], *args: Any, **named: Any) -> Iterator[Any]:
        """What a call gives, as tables: some rows each, none asked for before its turn."""
        import pyarrow

        kind = method.__name__
        try:
            given = method(*args, **named)
            if given is not None and not isinstance(given, Iterable):
                raise PySparkRuntimeError(
                    errorClass="UDTF_RETURN_NOT_ITERABLE",
                    messageParameters={"type": type(given).__name__, "func": kind},
                )
            rows = iter(()) if given is None else iter(given)
        except (SkipRestOfInputTableException, PySparkRuntimeError):
            raise
        except Exception as error:
            raise _failed(kind, error) from error
        while some := self._taken(rows, kind):
            wide = [self._checked(row, kind) for row in some]
            columns = [
                array_of([row[at] for row in wide], field.dataType, self._settings)
                for at, field in enumerate(self._output.fields)
            ]
            yield pyarrow.table(columns, self._output.names)

    def _taken(self, rows: Iterator[Any], kind: str) -> list[Any]:
        """The next of them, as many as a batch has; the user's code runs for each."""
        try:
            return list(itertools.islice(rows, self._settings.most_rows))
        except (SkipRestOfInputTableException, PySparkRuntimeError):
            raise
        except Exception as error:
            raise _failed(kind, error) from error

    def _checked(self, row: Any, method: str) -> Sequence[Any]:
        if isinstance(row, dict):
            row = tuple(row.values())
        if not isinstance(row, (tuple, list)):
            raise PySparkRuntimeError(
                errorClass="UDTF_INVALID_OUTPUT_ROW_TYPE",
                messageParameters={"type": type(row).__name__, "func": method},
            )
        if len(row) != len(self._output):
            raise PySparkRuntimeError(
                errorClass="UDTF_RETURN_SCHEMA_MISMATCH",
                messageParameters={
                    "expected": str(len(self._output)),
                    "actual": str(len(row)),
                    "func": method,
                },
            )
        return row


def _joined(own: pyarrow.Table, given: pyarrow.Table) -> pyarrow.Table:
    import pyarrow

    repeated = own.take([0] * given.num_rows)
    return pyarrow.table(
        [*repeated.columns, *given.columns], [""] * (own.num_columns + given.num_columns)
    )


class Factory:
    """Makes the drivers of a function's calls in SQL text."""

    def __init__(self, function: UserDefinedTableFunction) -> None:
        self._function = function

    def open(
        self, told: list[tuple[str | None, str, Any, bool]], width: int, is_beside: bool
    ) -> tuple[Driver, str]:
        """The driver, and the columns of what it gives as JSON."""
        output, made = self._function.returnType, None
        if output is None:
            args = [
                (
                    name,
                    AnalyzeArgument(_parse_datatype_json_string(kind), value, False, is_constant),
                )
                for name, kind, value, is_constant in told
            ]
            positional = [arg for name, arg in args if name is None]
            named = {name: arg for name, arg in args if name is not None}
            made = _told_by(self._function, positional, named)
            output = made.schema
        given = [(name, False) for name, _, _, _ in told]
        kind = _driver_of(self._function)
        driver = kind(self._function, given, width, output, made, is_beside)
        return driver, output.json()


class ArrowDriver(Driver):
    """Calls an object of the class for each batch: with a record batch for a table, an array
    for anything else.
    """

    def run(self, batches: Iterator[Any]) -> Iterator[pyarrow.Table]:
        import pyarrow

        if self._is_beside:
            not_implemented("LATERAL with a function of Arrow batches")
        yield from self._over(pyarrow.table(batch) for batch in batches)

    def call(self, keys: Any, sides: Sequence[Side]) -> list[pyarrow.Table]:
        import pyarrow

        ((table, starts),) = sides
        table = pyarrow.table(table)
        out: list[pyarrow.Table] = []
        for start, end in itertools.pairwise(starts):
            out += self._over([table.slice(start, end - start)])
        return out

    def _arguments(self, row: Any) -> tuple[list[Any], dict[str, Any]]:
        table = in_zone(row, self._settings.zone).combine_chunks()
        own = table.select(range(self._width))
        rest = iter(table.columns[self._width :])
        positional, named = [], {}
        for name, is_table in self._given:
            value = own.to_batches()[0] if is_table else next(rest).combine_chunks()
            if name is None:
                positional.append(value)
            else:
                named[name] = value
        return positional, named

    def _rows(self, method: Callable[..., Any], *args: Any, **named: Any) -> Iterator[Any]:
        import pyarrow

        schema = arrow_schema(self._output)
        try:
            given = method(*args, **named)
            parts = [] if given is None else list(given)
        except SkipRestOfInputTableException:
            raise
        except Exception as error:
            raise _failed(method.__name__, error) from error
        for part in parts:
            if not isinstance(part, (pyarrow.Table, pyarrow.RecordBatch)):
                raise PySparkTypeError(
                    errorClass="UDTF_ARROW_TYPE_CONVERSION_ERROR", messageParameters={}
                )
            yield pyarrow.table(as_schema(part, schema, True, self._settings.is_safe))


def _driver_of(function: UserDefinedTableFunction) -> type[Driver]:
    return ArrowDriver if function.evalType == kinds.ARROW_NATIVE_TABLE else Driver


def _failed(method: str, error: Exception) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        errorClass="UDTF_EXEC_ERROR",
        messageParameters={"method_name": method, "error": str(error)},
    )
