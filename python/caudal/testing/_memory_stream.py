"""`MemoryStream`: a stream whose rows a test adds."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.errors import PySparkTypeError
from caudal.sql.dataframe import DataFrame
from caudal.sql.types import (
    DataType,
    DateType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    _parse_datatype_string,
)

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession


class MemoryStream:
    """A streaming source whose rows a test adds, for tests of streaming code.

    `toDF` is the stream as a frame; `addData` adds rows, as one block. A batch of a query
    takes every block that is there, so rows that are added while a query runs may go into
    one batch or into two: look at the answer between two calls, or let ticks of a
    `ManualClock` cut the batches. One stream can feed several queries, and a query can read
    several streams.

    A place in the stream is the number of its last block, from 0, as in Spark's
    ``MemoryStream``. A query that was stopped goes on from its checkpoint as long as this
    object lives: the rows are in this process only.

    Parameters
    ----------
    spark
        The session that the stream's frame belongs to.
    schema
        The columns: DDL (``"id INT, at TIMESTAMP"``) or a `StructType`; a single type
        (``"int"``) is one column ``value``.
    keepAll
        Keep every row for as long as the stream lives, which is what lets further queries
        start from the beginning. False frees a block once every query that reads the stream
        at that moment has committed it; a query that needs it later fails and says so.

    Examples
    --------
    >>> from caudal.testing import MemoryStream
    >>> actions = MemoryStream(spark, "id INT, action STRING")
    >>> opened = actions.toDF().filter("action = 'Open'")
    >>> query = opened.writeStream.format("memory").queryName("opened").start()
    >>> actions.addData((1, "Open"), (2, "Close"))
    0
    >>> query.processAllAvailable()
    >>> spark.table("opened").collect()
    [Row(id=1, action='Open')]
    >>> query.stop()
    """

    def __init__(self, spark: SparkSession, schema: StructType | str, *, keepAll: bool = True):
        self._spark = spark
        self._schema = _columns(schema)
        self._native = _native.MemoryStream(self._schema.json(), keepAll)
        self._frame = DataFrame(self._native.frame(spark._native), spark)

    @property
    def schema(self) -> StructType:
        """Its columns with their types."""
        return self._schema

    @property
    def latestOffset(self) -> int:
        """The number of the last block that was added; -1 before the first."""
        return self._native.latest_offset

    def toDF(self) -> DataFrame:
        """The stream as a frame (``isStreaming``); the same one at each call."""
        return self._frame

    def addData(self, *rows: Any) -> int:
        """Adds rows as one block; queries that run take it with their next batch.

        Parameters
        ----------
        rows
            Each a tuple, list, dictionary or `Row`, or the bare value of a stream with one
            column. Or a single list of them, a batch `DataFrame`, or a pandas, polars or
            pyarrow table with these columns. ISO text stands for a date or timestamp
            (``"2024-01-01 10:00:05"``), in the zone that a ``datetime`` without one is in.

        Returns
        -------
        int
            The block's number, from 0.

        Raises
        ------
        PySparkTypeError, PySparkValueError
            For values that do not fit the columns.
        IllegalArgumentException
            For a frame or table with other columns.

        Examples
        --------
        >>> numbers = MemoryStream(spark, "int")
        >>> numbers.addData(1, 2, 3), numbers.addData([4]), numbers.addData()
        (0, 1, 2)
        """
        return self._native.add(self._block(rows))

    def _block(self, rows: tuple[Any, ...]) -> _native.Frame:
        native = self._spark._native
        if len(rows) == 1 and not isinstance(rows[0], (tuple, dict, str)):
            [single] = rows
            if isinstance(single, DataFrame):
                return single._frame
            if hasattr(single, "columns") and hasattr(single, "iloc"):
                named = single[self._schema.names]
                return self._spark.createDataFrame(named, self._schema)._frame
            if hasattr(single, "__arrow_c_stream__"):
                named = single.select(self._schema.names) if hasattr(single, "select") else single
                return native.local_arrow(self._schema.json(), named)
            if isinstance(single, list):
                rows = tuple(single)
        shaped = [self._row(row) for row in rows]
        return self._spark.createDataFrame(shaped, self._schema)._frame

    def _row(self, row: Any) -> Any:
        fields = self._schema.fields
        if isinstance(row, dict):
            unknown = row.keys() - set(self._schema.names)
            if unknown:
                raise PySparkTypeError(
                    f"{sorted(unknown)[0]!r} is not a column of {self!r}: {row!r}"
                )
            row = [row.get(field.name) for field in fields]
        elif not isinstance(row, (tuple, list)):
            row = [row]
        if len(row) != len(fields):
            return tuple(row)  # createDataFrame says what is wrong.
        return tuple(from_text(v, f.dataType) for v, f in zip(row, fields, strict=True))

    def __repr__(self) -> str:
        return self._native.description


def from_text(value: Any, to: DataType) -> Any:
    """The value, read from ISO text where it is text for a date or timestamp."""
    if not isinstance(value, str):
        return value
    if isinstance(to, DateType):
        return date.fromisoformat(value)
    if isinstance(to, (TimestampType, TimestampNTZType)):
        return datetime.fromisoformat(value)
    return value


def _columns(schema: StructType | str) -> StructType:
    parsed = _parse_datatype_string(schema) if isinstance(schema, str) else schema
    if isinstance(parsed, StructType):
        return parsed
    if isinstance(parsed, DataType):
        return StructType([StructField("value", parsed)])
    raise PySparkTypeError(
        errorClass="NOT_EXPECTED_TYPE",
        messageParameters={
            "arg_name": "schema",
            "expected_type": "str or StructType",
            "arg_type": type(schema).__name__,
        },
    )
