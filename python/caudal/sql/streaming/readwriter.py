"""Where streams come from and go to: ``spark.readStream`` and ``df.writeStream``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._missing import not_implemented
from caudal.errors import PySparkValueError
from caudal.errors._native import _from_native
from caudal.sql._clusters import check_clusters, check_columns
from caudal.sql._convert import not_expected, require
from caudal.sql._file_formats import StreamFormats
from caudal.sql._options import Options, one_path, paths_of, source_options
from caudal.sql.readwriter import schema_json
from caudal.sql.streaming._foreach import foreach_function
from caudal.sql.streaming.query import StreamingQuery
from caudal.sql.types import StructType, _create_row

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.session import SparkSession

__all__ = ["DataStreamReader", "DataStreamWriter"]

_OUTPUT_MODES = ("append", "complete", "update")


def _non_empty(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise PySparkValueError(
            errorClass="VALUE_NOT_NON_EMPTY_STR",
            messageParameters={"arg_name": name, "arg_value": str(value)},
        )
    return value


class DataStreamReader(StreamFormats):
    """Reads streams.

    Examples
    --------
    >>> events = (spark.readStream.schema("time timestamp, action string")
    ...     .option("maxFilesPerTrigger", 1).json("events/"))
    >>> events.isStreaming
    True
    """

    def __init__(self, spark: SparkSession):
        self._session = spark
        self._format: str | None = None
        self._schema: str | None = None
        self._options = Options()

    def format(self, source: str) -> DataStreamReader:
        """The source: a file format, ``rate``, ``socket``, ``kafka``, …"""
        require(source, str, "source", "str")
        self._format = source
        return self

    def schema(self, schema: StructType | str) -> DataStreamReader:
        """The columns and their types, as a `StructType` or DDL; files need it."""
        self._schema = schema_json(schema)
        return self

    def option(self, key: str, value: Any) -> DataStreamReader:
        """Sets an option of the source."""
        self._options.set(key, value)
        return self

    def options(self, **options: Any) -> DataStreamReader:
        """Sets several options of the source."""
        self._options.update(options)
        return self

    def name(self, source_name: str) -> DataStreamReader:
        """A name for the source in the checkpoint (not there yet)."""
        require(source_name, str, "source_name", "str")
        if not re.fullmatch(r"[A-Za-z0-9_]+", source_name):
            raise PySparkValueError(
                errorClass="INVALID_STREAMING_SOURCE_NAME",
                messageParameters={"source_name": source_name},
            )
        not_implemented("DataStreamReader.name")

    def load(
        self,
        path: str | None = None,
        format: str | None = None,
        schema: StructType | str | None = None,
        **options: Any,
    ) -> DataFrame:
        """The stream.

        Parameters
        ----------
        path
            The folder of a file source.
        format, schema, options
            As in the methods of these names.
        """
        if format is not None:
            self.format(format)
        if schema is not None:
            self.schema(schema)
        self.options(**options)
        return self._read(self._format, [] if path is None else [_non_empty("path", path)])

    def _file(self, fmt: str, path: Any, schema: Any, options: dict[str, Any]) -> DataFrame:
        if schema is not None:
            self.schema(schema)
        self._options.update(options)
        require(path, str, "path", "str")
        return self._read(fmt, [path])

    def _read(self, fmt: str | None, paths: list[str]) -> DataFrame:
        if fmt is not None and self._session._data_sources:
            from caudal.sql import _data_sources

            source = _data_sources.find(self._session, fmt)
            if source is not None:
                options = source_options(self._options, paths)
                read = _data_sources.load(self._session, source, options, self._schema, True)
                return self._session._frame(read)
        chosen = fmt or self._session.conf.get("spark.sql.sources.default", "parquet")
        options = self._options.without_path()
        paths = paths_of(self._options, paths)
        frame = self._session._native.read(chosen, paths, self._schema, options, True)
        return self._session._frame(frame)

    def table(self, tableName: str) -> DataFrame:
        """The stream of a view, or of the rows that come into a table."""
        require(tableName, str, "tableName", "str")
        if given := self._options.all():
            not_implemented(f"the options {', '.join(given)} of a stream of a table")
        return self._session._frame(self._session._native.stream_table(tableName))

    def changes(self, tableName: str) -> DataFrame:
        """The changes of a table as a stream (not there yet)."""
        not_implemented("DataStreamReader.changes")


class DataStreamWriter:
    """Starts a streaming query.

    Examples
    --------
    >>> query = (counts.writeStream.format("memory").queryName("counts")
    ...     .outputMode("complete").start())
    """

    def __init__(self, df: DataFrame):
        self._df = df
        self._format: str | None = None
        self._mode: str | None = None
        self._name: str | None = None
        self._trigger: tuple[str, str] | None = None
        self._partitions: list[str] = []
        self._clusters: list[str] = []
        self._batch: Callable[[_native.Frame, int], None] | None = None
        self._each: Callable[[int, Any], None] | None = None
        self._options = Options()

    def outputMode(self, outputMode: str) -> DataStreamWriter:
        """Which rows go out.

        Parameters
        ----------
        outputMode
            ``append`` (new rows), ``update`` (changed rows) or ``complete`` (all rows).

        Raises
        ------
        IllegalArgumentException
            For another mode (``STREAMING_OUTPUT_MODE.INVALID``).
        """
        mode = _non_empty("outputMode", outputMode)
        if mode.lower() not in _OUTPUT_MODES:
            raise _from_native(
                "IllegalArgumentException",
                f"[STREAMING_OUTPUT_MODE.INVALID] Invalid streaming output mode: {mode}. Accepted "
                "output modes are 'Append', 'Complete', 'Update'. SQLSTATE: 42KDE",
                "STREAMING_OUTPUT_MODE.INVALID",
                {"outputMode": mode},
                "42KDE",
                None,
            )
        self._mode = mode
        return self

    def format(self, source: str) -> DataStreamWriter:
        """The sink: ``memory``, ``console``, a file format, ``kafka``, …"""
        require(source, str, "source", "str")
        self._format = source
        self._batch = self._each = None
        return self

    def option(self, key: str, value: Any) -> DataStreamWriter:
        """Sets an option of the sink, or ``checkpointLocation``."""
        self._options.set(key, value)
        return self

    def options(self, **options: Any) -> DataStreamWriter:
        """Sets several options."""
        self._options.update(options)
        return self

    def partitionBy(self, *cols: Any) -> DataStreamWriter:
        """A folder for each value of the columns, for file sinks."""
        names = cols[0] if len(cols) == 1 and isinstance(cols[0], (list, tuple)) else cols
        for name in names:
            require(name, str, "cols", "str")
        self._partitions = list(names)
        return self

    def clusterBy(self, *cols: str) -> DataStreamWriter:
        """Columns by whose values the files of a table should be near each other; a table of
        files keeps them, and rows lie as they would without, as in Spark."""
        names = cols[0] if len(cols) == 1 and isinstance(cols[0], (list, tuple)) else cols
        if not names:
            raise AssertionError("clusterBy needs one or more clustering columns.")
        for name in names:
            require(name, str, "cols", "str")
        self._clusters = list(names)
        return self

    def queryName(self, queryName: str) -> DataStreamWriter:
        """A name for the query; the memory sink's table has it too."""
        self._name = _non_empty("queryName", queryName)
        return self

    def trigger(
        self,
        *,
        processingTime: str | None = None,
        once: bool | None = None,
        continuous: str | None = None,
        availableNow: bool | None = None,
        realTime: str | None = None,
    ) -> DataStreamWriter:
        """When batches run; without it each one right after the last.

        Parameters
        ----------
        processingTime
            An interval between batches, for example ``"5 seconds"``.
        once
            True: one batch of everything, then the end.
        continuous
            Rows go to the sink as they come, without batches; this is the interval at which
            what the sink has is committed to the checkpoint. Projections and filters only, of
            a source that can be read so, into a sink that takes rows in the middle of a batch;
            after a failure rows come at least once.
        availableNow
            True: what is there now, in batches, then the end.
        realTime
            Not there yet.

        Raises
        ------
        PySparkValueError
            For none or several (``ONLY_ALLOW_SINGLE_TRIGGER``) or a value that is not allowed.
        """
        given = (processingTime, once, continuous, availableNow, realTime)
        if sum(v is not None for v in given) != 1:
            raise PySparkValueError(errorClass="ONLY_ALLOW_SINGLE_TRIGGER", messageParameters={})
        if processingTime is not None:
            self._trigger = ("processingTime", _non_empty("processingTime", processingTime).strip())
            _native.check_trigger(*self._trigger)
        elif continuous is not None:
            self._trigger = ("continuous", _non_empty("continuous", continuous).strip())
            _native.check_trigger(*self._trigger)
        elif realTime is not None:
            _non_empty("realTime", realTime)
            not_implemented("trigger(realTime)")
        else:
            name, value = ("once", once) if once is not None else ("availableNow", availableNow)
            if value is not True:
                raise PySparkValueError(
                    errorClass="VALUE_NOT_ALLOWED",
                    messageParameters={"arg_name": name, "allowed_values": "[True]"},
                )
            self._trigger = (name, "")
        return self

    def foreachBatch(self, func: Callable[[DataFrame, int], None]) -> DataStreamWriter:
        """Calls `func` with each batch as a frame and its number, in this process."""
        if not callable(func):
            not_expected("func", "callable", func)
        session = self._df.sparkSession

        def call(frame: _native.Frame, batch_id: int) -> None:
            func(session._frame(frame), batch_id)

        self._batch = call
        self._each = None
        self._format = "foreachBatch"
        return self

    def foreach(self, f: Any) -> DataStreamWriter:
        """Calls a function, or the methods of an object, with each row.

        Parameters
        ----------
        f
            A function of a row; or an object with ``process(row)`` and, where it has them,
            ``open(partition_id, epoch_id)`` before a batch's rows (a false answer leaves
            them out) and ``close(error)`` after them.

        Raises
        ------
        PySparkAttributeError
            For an object without ``process``, or with one of the three that cannot be called.
        """
        self._each = foreach_function(f)
        self._batch = None
        self._format = "foreach"
        return self

    def start(
        self,
        path: str | None = None,
        format: str | None = None,
        outputMode: str | None = None,
        partitionBy: str | list[str] | None = None,
        queryName: str | None = None,
        **options: Any,
    ) -> StreamingQuery:
        """Starts the query.

        Parameters
        ----------
        path
            The folder of a file sink.
        format, outputMode, partitionBy, queryName, options
            As in the methods of these names.

        Raises
        ------
        AnalysisException
            For a query that cannot run as a stream in this mode.
        """
        self.options(**options)
        if outputMode is not None:
            self.outputMode(outputMode)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if format is not None:
            self.format(format)
        if queryName is not None:
            self.queryName(queryName)
        check_clusters(self._clusters, self._partitions)
        check_columns(self._clusters, self._df.columns)
        one_path(self._options, path, "start")
        return StreamingQuery(
            self._df._frame.write_stream(
                self._format,
                self._mode,
                self._name,
                self._trigger,
                self._options.all(),
                self._partitions,
                self._batch,
                None if self._each is None else (self._each, _create_row),
                self._data_sink(),
            )
        )

    def _data_sink(self) -> Callable[[_native.Frame, int], None] | None:
        """What writes the batches, where the format is a Python data source."""
        session = self._df.sparkSession
        if not session._data_sources:
            return None
        from caudal.sql import _data_sinks, _data_sources

        source = _data_sources.find(session, self._format)
        if source is None:
            return None
        mode = (self._mode or "append").lower()
        return _data_sinks.batches(source, self._df.schema, mode, self._options.all())

    def toTable(
        self,
        tableName: str,
        format: str | None = None,
        outputMode: str | None = None,
        partitionBy: str | list[str] | None = None,
        queryName: str | None = None,
        **options: Any,
    ) -> StreamingQuery:
        """Starts a query that writes to a table of the warehouse, exactly once.

        The table is made where it is missing; its folder holds ``_spark_metadata``, by which
        its readers go.

        Parameters
        ----------
        tableName
            The table: ``t`` or ``default.t``.
        format, outputMode, partitionBy, queryName, options
            As in the methods of these names. Of a table that is there format and columns
            of partitions are its own.

        Raises
        ------
        AnalysisException
            For a query that cannot run as a stream in this mode, or without a checkpoint; for a
            format that is not the table's, and so for ``foreach`` and ``foreachBatch``.
        """
        self.options(**options)
        if outputMode is not None:
            self.outputMode(outputMode)
        if partitionBy is not None:
            self.partitionBy(partitionBy)
        if format is not None:
            self.format(format)
        if queryName is not None:
            self.queryName(queryName)
        given = self._options.all()
        kind = self._format
        if self._batch is not None or self._each is not None:
            kind = "foreach" if self._batch is None else "foreachBatch"
        check_clusters(self._clusters, self._partitions)
        found = self._df._frame.table_for_stream(
            tableName, kind, _of_table(given), self._partitions, self._clusters
        )
        chosen, folder, partitions, of_table = found
        if kind is not None and kind.lower() != chosen.lower():
            raise _from_native(
                "AnalysisException",
                f"The input source({kind}) is different from the table {tableName}'s data source "
                f"provider({chosen}).",
                "_LEGACY_ERROR_TEMP_1192",
                {"source": kind, "tableName": tableName, "provider": chosen},
                None,
                None,
            )
        return StreamingQuery(
            self._df._frame.write_stream(
                chosen,
                self._mode,
                self._name,
                self._trigger,
                {**of_table, **given, "path": folder},
                partitions,
                None,
                None,
                None,
            )
        )


def _of_table(options: dict[str, str]) -> dict[str, str]:
    """The options of a table's files, without those of the query."""
    mine = ("checkpointlocation", "caudal.")
    return {k: v for k, v in options.items() if not k.lower().startswith(mine)}
