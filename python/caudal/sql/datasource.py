"""Data sources written in Python: the classes to derive from, and ``spark.dataSource``.

A `DataSource` names a format and makes its readers and writers. Everything runs in this
process, in one partition after the other: nothing is pickled, and an exception of the
source's code fails the query with that exception as cause.
"""

# Methods that a subclass may leave out do nothing.
# ruff: noqa: B024, B027

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import UserDict
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from caudal.errors import PySparkNotImplementedError
from caudal.sql.streaming.datasource import ReadAllAvailable, ReadLimit
from caudal.sql.types import Row, StructType

if TYPE_CHECKING:
    from pyarrow import RecordBatch

    from caudal.sql.session import SparkSession

__all__ = [
    "DataSource",
    "DataSourceArrowWriter",
    "DataSourceReader",
    "DataSourceRegistration",
    "DataSourceStreamArrowWriter",
    "DataSourceStreamReader",
    "DataSourceStreamWriter",
    "DataSourceWriter",
    "EqualNullSafe",
    "EqualTo",
    "Filter",
    "GreaterThan",
    "GreaterThanOrEqual",
    "In",
    "InputPartition",
    "IsNotNull",
    "IsNull",
    "LessThan",
    "LessThanOrEqual",
    "Not",
    "SimpleDataSourceStreamReader",
    "StringContains",
    "StringEndsWith",
    "StringStartsWith",
    "WriterCommitMessage",
]


def _missing(feature: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED", messageParameters={"feature": feature}
    )


class DataSource(ABC):
    """A format of the program's own.

    A subclass has `reader`, `streamReader` or `simpleStreamReader`, `writer` or
    `streamWriter`: those of them that it can be used for.

    Parameters
    ----------
    options
        What the program set; names without regard to case, values text.

    Examples
    --------
    >>> class Squares(DataSource):
    ...     def schema(self):
    ...         return "n int, square int"
    ...     def reader(self, schema):
    ...         return SquaresReader(int(self.options.get("upTo", 3)))
    >>> class SquaresReader(DataSourceReader):
    ...     def __init__(self, up_to):
    ...         self.up_to = up_to
    ...     def read(self, partition):
    ...         for n in range(self.up_to):
    ...             yield n, n * n
    >>> spark.dataSource.register(Squares)
    >>> spark.read.format("Squares").option("upTo", 2).load().collect()
    [Row(n=0, square=0), Row(n=1, square=1)]
    """

    def __init__(self, options: MutableMapping[str, str]) -> None:
        self.options = options

    @classmethod
    def name(cls) -> str:
        """The name for ``format(…)``; without regard to case. The class's unless overridden."""
        return cls.__name__

    def schema(self) -> StructType | str:
        """The columns, where the program gives no schema: a `StructType` or DDL.

        Raises
        ------
        PySparkNotImplementedError
            Unless overridden.
        """
        raise _missing("schema")

    def reader(self, schema: StructType) -> DataSourceReader:
        """The reader of a batch, for rows of `schema`."""
        raise _missing("reader")

    def writer(self, schema: StructType, overwrite: bool) -> DataSourceWriter:
        """The writer of a batch of rows of `schema`; `overwrite` in the mode of that name."""
        raise _missing("writer")

    def streamWriter(self, schema: StructType, overwrite: bool) -> DataSourceStreamWriter:
        """The writer of a stream's batches; `overwrite` in complete mode."""
        raise _missing("streamWriter")

    def simpleStreamReader(self, schema: StructType) -> SimpleDataSourceStreamReader:
        """A reader of a stream without partitions; asked for where there is no
        `streamReader`."""
        raise _missing("simpleStreamReader")

    def streamReader(self, schema: StructType) -> DataSourceStreamReader:
        """The reader of a stream, for rows of `schema`."""
        raise _missing("streamReader")


ColumnPath = tuple[str, ...]
"""A column by its parts: ``("a", "b")`` is the column ``a.b``."""


@dataclass(frozen=True)
class Filter(ABC):
    """A condition that a reader may take over; see `DataSourceReader.pushFilters`."""


@dataclass(frozen=True)
class EqualTo(Filter):
    """The column has this value."""

    attribute: ColumnPath
    value: Any


@dataclass(frozen=True)
class EqualNullSafe(Filter):
    """The column has this value; null is equal to null and to nothing else."""

    attribute: ColumnPath
    value: Any


@dataclass(frozen=True)
class GreaterThan(Filter):
    """The column is greater than the value."""

    attribute: ColumnPath
    value: Any


@dataclass(frozen=True)
class GreaterThanOrEqual(Filter):
    """The column is the value or greater."""

    attribute: ColumnPath
    value: Any


@dataclass(frozen=True)
class LessThan(Filter):
    """The column is less than the value."""

    attribute: ColumnPath
    value: Any


@dataclass(frozen=True)
class LessThanOrEqual(Filter):
    """The column is the value or less."""

    attribute: ColumnPath
    value: Any


@dataclass(frozen=True)
class In(Filter):
    """The column has one of the values."""

    attribute: ColumnPath
    value: tuple[Any, ...]


@dataclass(frozen=True)
class IsNull(Filter):
    """The column is null."""

    attribute: ColumnPath


@dataclass(frozen=True)
class IsNotNull(Filter):
    """The column is not null."""

    attribute: ColumnPath


@dataclass(frozen=True)
class Not(Filter):
    """The condition within is false."""

    child: Filter


@dataclass(frozen=True)
class StringStartsWith(Filter):
    """The column's text begins with the value."""

    attribute: ColumnPath
    value: str


@dataclass(frozen=True)
class StringEndsWith(Filter):
    """The column's text ends with the value."""

    attribute: ColumnPath
    value: str


@dataclass(frozen=True)
class StringContains(Filter):
    """The column's text has the value in it."""

    attribute: ColumnPath
    value: str


class InputPartition:
    """A part of what is to be read; subclasses hold what tells it from the others.

    Examples
    --------
    >>> InputPartition(3)
    InputPartition(value=3)
    """

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({parts})"


class DataSourceReader(ABC):
    """Reads a batch. See `DataSource` for an example."""

    def pushFilters(self, filters: list[Filter]) -> Iterable[Filter]:
        """Takes conditions over: gives those of `filters` (all must hold) that it does not
        apply itself. Unless overridden, all of them."""
        return filters

    def partitions(self) -> Sequence[InputPartition]:
        """The parts of the rows, each of which goes to `read`."""
        return [InputPartition(None)]

    @abstractmethod
    def read(self, partition: InputPartition) -> Iterator[tuple[Any, ...]] | Iterator[RecordBatch]:
        """An iterator of the part's rows: tuples, lists or `Row` (by name), or Arrow batches."""
        ...


class DataSourceStreamReader(ABC):
    """Reads a stream, batch by batch. A place in the stream is a dict that JSON can hold."""

    def initialOffset(self) -> dict[str, Any]:
        """Where a query without a checkpoint begins."""
        raise _missing("initialOffset")

    def latestOffset(self, start: dict[str, Any], limit: ReadLimit) -> dict[str, Any]:
        """Up to where there are rows after `start` within `limit`; `start` itself for none.

        A method without these two parameters is called without them.
        """
        raise _missing("latestOffset")

    def getDefaultReadLimit(self) -> ReadLimit:
        """The limit of a batch; everything unless overridden."""
        return ReadAllAvailable()

    def reportLatestOffset(self) -> dict[str, Any] | None:
        """The end of the stream as progress may report it, None where it is not known."""
        return None

    def partitions(self, start: dict[str, Any], end: dict[str, Any]) -> Sequence[InputPartition]:
        """The parts of the rows after `start` up to `end`."""
        raise _missing("partitions")

    @abstractmethod
    def read(self, partition: InputPartition) -> Iterator[tuple[Any, ...]] | Iterator[RecordBatch]:
        """An iterator of the part's rows, as `DataSourceReader.read`."""
        raise _missing("read")

    def commit(self, end: dict[str, Any]) -> None:
        """Everything up to `end` is done with and is never asked for again."""

    def stop(self) -> None:
        """The query has ended."""


class SimpleDataSourceStreamReader(ABC):
    """Reads a stream whose end is known only when the rows are there: small ones.

    Rows are held in memory until their batch is committed.
    """

    def initialOffset(self) -> dict[str, Any]:
        """Where a query without a checkpoint begins."""
        raise _missing("initialOffset")

    def read(self, start: dict[str, Any]) -> tuple[Iterator[tuple[Any, ...]], dict[str, Any]]:
        """The rows after `start`, and where the next call begins."""
        raise _missing("read")

    def readBetweenOffsets(
        self, start: dict[str, Any], end: dict[str, Any]
    ) -> Iterator[tuple[Any, ...]]:
        """The rows after `start` up to `end` again, for a batch that was not committed."""
        raise _missing("readBetweenOffsets")

    def commit(self, end: dict[str, Any]) -> None:
        """Everything up to `end` is done with and is never asked for again."""


class DataSourceWriter(ABC):
    """Writes a batch: `write`, then `commit`, or `abort` where that failed."""

    @abstractmethod
    def write(self, iterator: Iterator[Row]) -> WriterCommitMessage:
        """Writes rows; what it gives goes to `commit`."""
        ...

    def commit(self, messages: list[WriterCommitMessage | None]) -> None:
        """All rows are written."""

    def abort(self, messages: list[WriterCommitMessage | None]) -> None:
        """Writing failed: what is there of it should go. A part that failed has None."""


class DataSourceArrowWriter(DataSourceWriter):
    """As `DataSourceWriter`, with Arrow batches in place of rows."""

    @abstractmethod
    def write(self, iterator: Iterator[RecordBatch]) -> WriterCommitMessage:
        """Writes Arrow batches; what it gives goes to `commit`."""
        ...


class DataSourceStreamWriter(ABC):
    """Writes the batches of a stream: for each `write`, then `commit` or `abort`."""

    @abstractmethod
    def write(self, iterator: Iterator[Row]) -> WriterCommitMessage:
        """Writes rows; what it gives goes to `commit`."""
        ...

    def commit(self, messages: list[WriterCommitMessage | None], batchId: int) -> None:
        """All rows of the batch are written. After a failure the same batch may come again."""

    def abort(self, messages: list[WriterCommitMessage | None], batchId: int) -> None:
        """Writing the batch failed."""


class DataSourceStreamArrowWriter(DataSourceStreamWriter):
    """As `DataSourceStreamWriter`, with Arrow batches in place of rows."""

    @abstractmethod
    def write(self, iterator: Iterator[RecordBatch]) -> WriterCommitMessage:
        """Writes Arrow batches; what it gives goes to `commit`."""
        ...


class WriterCommitMessage:
    """What `write` tells `commit`; subclasses hold it."""


class DataSourceRegistration:
    """The Python data sources of a session; ``spark.dataSource``."""

    def __init__(self, sparkSession: SparkSession):
        self.sparkSession = sparkSession

    def register(self, dataSource: type[DataSource]) -> None:
        """Makes a format of a class: from here on ``format(dataSource.name())`` finds it.

        Raises
        ------
        AnalysisException
            For a name of a built-in format (``DATA_SOURCE_ALREADY_EXISTS``). A name that was
            registered before means the new class.
        """
        from caudal.sql._data_sources import register

        register(self.sparkSession, dataSource)


class CaseInsensitiveDict(UserDict):
    """A dict whose keys are text without regard to case.

    Examples
    --------
    >>> CaseInsensitiveDict({"Path": "x"})["PATH"]
    'x'
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.update(*args, **kwargs)

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key.lower(), value)

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(key.lower())

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key.lower())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and super().__contains__(key.lower())

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Sets the items of another mapping."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def copy(self) -> CaseInsensitiveDict:
        """Another one with the same items."""
        return type(self)(self)
