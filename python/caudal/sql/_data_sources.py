"""Python data sources at work: what the compiled core calls, and what readers and writers do.

The core sees drivers: one gives rows in pieces, one is a stream (`caudal.sql._data_streams`).
Here the methods of a `DataSource` get their arguments, what they give is checked, and what they
raise becomes Spark's errors, with the exception as cause.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import json
import traceback
import zoneinfo
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from caudal import _native
from caudal.errors import (
    PySparkAssertionError,
    PySparkRuntimeError,
    PySparkTypeError,
    PySparkValueError,
)
from caudal.sql import datasource
from caudal.sql._arrow_types import arrow_schema
from caudal.sql.datasource import (
    CaseInsensitiveDict,
    DataSource,
    DataSourceReader,
    Filter,
    InputPartition,
    IsNotNull,
    IsNull,
    Not,
)
from caudal.sql.types import DataType, Row, StructType, TimestampType, _parse_datatype_string
from caudal.sql.types._verify import _make_converter

if TYPE_CHECKING:
    from caudal.sql._data_streams import StreamDriver
    from caudal.sql.session import SparkSession

# What `format(…)` means without any Python; such a name cannot be taken.
_BUILT_IN = frozenset(
    "avro binaryfile console csv jdbc json kafka memory noop orc parquet rate rate-micro-batch"
    " socket state-metadata statestore text xml".split()
)
_PUSHING = "spark.sql.python.filterPushdown.enabled"
# A piece of rows: small enough to hold, large enough that crossing over costs little.
_PIECE = 4096


class Failure(Exception):
    """An error of Spark's for the core to raise; the cause is what user code raised."""

    def __init__(self, condition: str, parameters: dict[str, str]):
        super().__init__(condition)
        self.condition = condition
        self.parameters = list(parameters.items())


@contextlib.contextmanager
def failing(condition: str, **parameters: str) -> Iterator[None]:
    """What user code raises within is `condition`, with its traceback as ``msg``."""
    try:
        yield
    except Failure:
        raise
    except Exception as error:
        text = "".join(traceback.format_exception(error))
        raise Failure(condition, {**parameters, "msg": text}) from error


def failing_to(action: str, kind: str) -> contextlib.AbstractContextManager[None]:
    """`failing` of a batch's source: what it was about to do, and with which part of it."""
    return failing("PYTHON_DATA_SOURCE_ERROR", action=action, type=kind)


@contextlib.contextmanager
def failing_rows() -> Iterator[None]:
    """What user code raises within, where it makes or takes rows, as Spark shows it."""
    try:
        yield
    except Failure:
        raise
    except Exception as error:
        parameters = {
            "msg": "An exception was thrown from the Python worker",
            "traceback": "".join(traceback.format_exception(error)),
        }
        raise Failure("PYTHON_EXCEPTION", parameters) from error


@contextlib.contextmanager
def raising() -> Iterator[None]:
    """A `Failure` within is the exception that the core would make of it."""
    try:
        yield
    except Failure as failure:
        raise _native.data_source_error(
            failure.condition, dict(failure.parameters), failure.__cause__
        ) from failure.__cause__


def mismatch(expected: str, actual: str) -> PySparkAssertionError:
    """The error of a method that gave something else."""
    return PySparkAssertionError(
        errorClass="DATA_SOURCE_TYPE_MISMATCH",
        messageParameters={"expected": expected, "actual": actual},
    )


def register(session: SparkSession, source: type[DataSource]) -> None:
    """See `DataSourceRegistration.register`."""
    name = source.name()
    if name.lower() in _BUILT_IN:
        raise _native.data_source_error("DATA_SOURCE_ALREADY_EXISTS", {"provider": name}, None)
    session._data_sources[name.lower()] = source


def find(session: SparkSession, name: str | None) -> type[DataSource] | None:
    """The registered class of a format's name, if there is one."""
    return session._data_sources.get(name.lower()) if name else None


def made(source: type[DataSource], options: dict[str, str]) -> DataSource:
    """An instance, with its options."""
    if not (isinstance(source, type) and issubclass(source, DataSource)):
        raise mismatch("a subclass of DataSource", f"'{type(source).__name__}'")
    if not inspect.ismethod(source.name):
        kind = type(source.name).__name__
        raise mismatch("'name()' method to be a classmethod", f"'{kind}'")
    return source(options=CaseInsensitiveDict(options))


def load(
    session: SparkSession,
    source: type[DataSource],
    options: dict[str, str],
    schema: str | None,
    streaming: bool,
) -> _native.Frame:
    """The native frame of a registered source."""
    with raising(), failing_to("create", "instance"):
        instance = made(source, options)
        given = instance.schema() if schema is None else StructType.fromJson(json.loads(schema))
        assert given is not None
    struct = _parse_datatype_string(given) if isinstance(given, str) else given
    if not isinstance(struct, StructType):
        with raising(), failing_to("create", "instance"):
            struct.json()
        raise mismatch("a schema of type 'StructType'", f"'{type(struct).__name__}'")
    driver = SourceDriver(session, instance, struct)
    name = source.name()
    return _native.read_data_source(session._native, name, struct.json(), driver, streaming)


class SourceDriver:
    """What the core knows of a source: its rows now, or a stream of them."""

    def __init__(self, session: SparkSession, source: DataSource, schema: StructType):
        self._session = session
        self._source = source
        self._schema = schema

    def rows(self) -> Callable[[], Iterator[Any]]:
        """Begins one read of the rows: a function that gives them in pieces."""
        with failing_to("initialize", "reader"):
            reader = self._reader()
            if _pushes(reader) and not self._is_pushing():
                raise PySparkAssertionError(
                    errorClass="DATA_SOURCE_PUSHDOWN_DISABLED",
                    messageParameters={"type": type(reader).__name__, "conf": _PUSHING},
                )
        return self._parts(reader)

    def rows_where(
        self, told: list[tuple[str, list[str], Any, bool]]
    ) -> tuple[Callable[[], Iterator[Any]], list[bool]] | None:
        """`rows` of a reader that knows conditions, and which of them it applies itself.

        None where readers are not to be told. A condition is the name of its class, the
        column, the value and whether it is negated.
        """
        if not self._is_pushing():
            return None
        with failing_to("initialize", "reader"):
            reader = self._reader()
            filters = [_filter(self._schema, *condition) for condition in told]
            taken = _taken(reader, filters)
        return self._parts(reader), taken

    def _is_pushing(self) -> bool:
        return self._session.conf.get(_PUSHING, "false") == "true"

    def _reader(self) -> DataSourceReader:
        reader = self._source.reader(schema=self._schema)
        if not isinstance(reader, DataSourceReader):
            kind = type(reader).__name__
            raise mismatch("an instance of DataSourceReader", f"'{kind}'")
        return reader

    def _parts(self, reader: DataSourceReader) -> Callable[[], Iterator[Any]]:
        with failing_to("generate", "read partitions"):
            try:
                partitions = reader.partitions()
            except NotImplementedError:
                partitions = [InputPartition(None)]
            if not isinstance(partitions, list):
                raise _not_of_type("'partitions' to return a list", [partitions])
            if not all(isinstance(p, InputPartition) for p in partitions):
                raise _not_of_type(
                    "elements in 'partitions' to be of type 'InputPartition'", partitions
                )
        return lambda: self._read(reader.read, partitions or [InputPartition(None)])

    def _read(self, read: Callable[[Any], Any], partitions: Iterable[Any]) -> Iterator[Any]:
        for partition in partitions:
            with failing_rows():
                found = type(partition).__name__
                assert isinstance(partition, InputPartition), (
                    "Expected the partition value to be of type 'InputPartition', "
                    f"but found '{found}'."
                )
                yield from self._pieces(read(partition))

    def _pieces(self, rows: Any) -> Iterator[Any]:
        """Lists of rows, or tables of Arrow, of what a ``read`` gave."""
        name = self._source.name()
        if not isinstance(rows, Iterator):
            raise _wrong_return(rows, name, "iterator")
        begin = list(itertools.islice(rows, 1))
        rows = itertools.chain(begin, rows)
        if begin and _is_arrow(begin[0]):
            self._check_arrow(begin[0])
            yield from map(_table, rows)
            return
        convert = _converter(self._schema, name)
        while piece := [convert(row) for row in itertools.islice(rows, _PIECE)]:
            yield piece

    def _check_arrow(self, batch: Any) -> None:
        names = self._schema.fieldNames()
        if batch.num_columns != len(names):
            raise _wrong_schema(len(names), batch.num_columns)
        if not set(names) <= set(batch.schema.names):
            raise _wrong_schema(names, batch.schema.names)
        expected = arrow_schema(self._schema)
        if not expected.equals(batch.schema):
            raise _wrong_schema(expected, batch.schema)

    def stream(self) -> StreamDriver:
        """The driver of one run of a query."""
        from caudal.sql._data_streams import StreamDriver

        with failing_to("plan", "initialize source"):
            reader: Any
            try:
                reader = self._source.streamReader(schema=self._schema)
            except NotImplementedError:
                reader = self._source.simpleStreamReader(schema=self._schema)
        return StreamDriver(reader, self._read)


def _pushes(reader: DataSourceReader) -> bool:
    return getattr(reader.pushFilters, "__func__", None) is not DataSourceReader.pushFilters


def _filter(schema: StructType, test: str, path: list[str], value: Any, negated: bool) -> Filter:
    kind = getattr(datasource, test)
    of: DataType = schema
    for name in path:
        assert isinstance(of, StructType)
        of = of[name].dataType
    if isinstance(of, TimestampType):
        value = _in_utc(value)
    found = kind(tuple(path)) if kind in (IsNull, IsNotNull) else kind(tuple(path), value)
    return Not(found) if negated else found


def _in_utc(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_utc(item) for item in value]
    return value and value.astimezone(zoneinfo.ZoneInfo("UTC"))


class FilterRef(NamedTuple):
    """A filter as the very object that was handed over: an equal one is another."""

    filter: Filter
    id: int


def _taken(reader: DataSourceReader, filters: list[Filter]) -> list[bool]:
    given = [FilterRef(item, id(item)) for item in filters]
    left = {id(item): FilterRef(item, id(item)) for item in reader.pushFilters(list(filters))}
    taken = [left.pop(ref.id, None) is None for ref in given]
    if left:
        raise PySparkValueError(
            errorClass="DATA_SOURCE_EXTRANEOUS_FILTERS",
            messageParameters={
                "type": type(reader).__name__,
                "input": str(given),
                "extraneous": str(list(left.values())),
            },
        )
    return taken


def _not_of_type(expected: str, found: Iterable[Any]) -> PySparkRuntimeError:
    kinds = ", ".join(f"'{type(item).__name__}'" for item in found)
    return PySparkRuntimeError(
        errorClass="DATA_SOURCE_TYPE_MISMATCH",
        messageParameters={"expected": expected, "actual": kinds},
    )


def _is_arrow(row: Any) -> bool:
    if type(row).__module__.partition(".")[0] != "pyarrow":
        return False
    import pyarrow

    return isinstance(row, pyarrow.RecordBatch)


def _wrong_return(value: Any, name: str, supported: str) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        errorClass="DATA_SOURCE_INVALID_RETURN_TYPE",
        messageParameters={
            "type": type(value).__name__,
            "name": name,
            "supported_types": supported,
        },
    )


def _wrong_schema(expected: Any, actual: Any) -> PySparkRuntimeError:
    return PySparkRuntimeError(
        errorClass="DATA_SOURCE_RETURN_SCHEMA_MISMATCH",
        messageParameters={"expected": str(expected), "actual": str(actual)},
    )


def _table(batch: Any) -> Any:
    import pyarrow

    if not isinstance(batch, pyarrow.RecordBatch):
        raise PySparkTypeError(
            errorClass="UDF_RETURN_TYPE",
            messageParameters={
                "expected": "iterator of pyarrow.RecordBatch",
                "actual": f"iterator of {type(batch).__name__}",
            },
        )
    return pyarrow.Table.from_batches([batch])


def _converter(schema: StructType, name: str) -> Callable[[Any], tuple[Any, ...]]:
    names = schema.fieldNames()
    known = set(names)
    columns = [_make_converter(field.dataType) for field in schema.fields]
    supported = "tuple, list, `pyspark.sql.types.Row`, `pyarrow.RecordBatch`"

    def convert(row: Any) -> tuple[Any, ...]:
        if hasattr(row, "__len__") and len(row) != len(names):
            raise _wrong_schema(len(names), len(row))
        if not isinstance(row, (list, tuple)):
            raise _wrong_return(row, name, supported)
        if isinstance(row, Row) and hasattr(row, "__fields__"):
            if set(row.__fields__) != known:
                raise _wrong_schema(names, row.__fields__)
            row = [row[column] for column in names]
        return tuple(
            value if change is None else change(value)
            for change, value in zip(columns, row, strict=True)
        )

    return convert
