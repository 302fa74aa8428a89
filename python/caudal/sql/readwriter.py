"""`DataFrameReader`: files and tables as frames; ``spark.read``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal._missing import not_implemented
from caudal._names import at_home
from caudal.sql._convert import not_expected, require
from caudal.sql._file_formats import BatchFormats
from caudal.sql._options import Options, paths_of, source_options
from caudal.sql._writer_v2 import DataFrameWriterV2
from caudal.sql._writers import DataFrameWriter
from caudal.sql.types import StructType, _parse_datatype_string

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.session import SparkSession

__all__ = ["DataFrameReader", "DataFrameWriter", "DataFrameWriterV2"]


def schema_json(schema: Any) -> str:
    """A reader's schema as JSON; DDL is checked at once."""
    if isinstance(schema, StructType):
        return schema.json()
    if isinstance(schema, str):
        return _parse_datatype_string(schema).json()
    not_expected("schema", "str or struct type", schema)


class DataFrameReader(BatchFormats):
    """Reads files and tables.

    Examples
    --------
    >>> df = spark.read.schema("time timestamp, action string").json("events/")
    """

    def __init__(self, spark: SparkSession):
        self._session = spark
        self._format: str | None = None
        self._schema: str | None = None
        self._options = Options()

    def format(self, source: str) -> DataFrameReader:
        """The format: ``json``, ``csv``, ``parquet``, …"""
        require(source, str, "source", "str")
        self._format = source
        return self

    def schema(self, schema: StructType | str) -> DataFrameReader:
        """The columns and their types, as a `StructType` or DDL; without it they are found
        from the files."""
        self._schema = schema_json(schema)
        return self

    def option(self, key: str, value: Any) -> DataFrameReader:
        """Sets an option of the format."""
        self._options.set(key, value)
        return self

    def options(self, **options: Any) -> DataFrameReader:
        """Sets several options of the format."""
        self._options.update(options)
        return self

    def load(
        self,
        path: Any = None,
        format: str | None = None,
        schema: StructType | str | None = None,
        **options: Any,
    ) -> DataFrame:
        """The frame of files.

        Parameters
        ----------
        path
            A file, a folder, a pattern, or a list of these.
        format, schema, options
            As in the methods of these names.
        """
        if format is not None:
            self.format(format)
        if schema is not None:
            self.schema(schema)
        self.options(**options)
        paths = [] if path is None else path if isinstance(path, list) else [path]
        for item in paths:
            require(item, str, "path", "str or list")
        return self._read(self._format, paths)

    def _file(self, fmt: str, path: Any, schema: Any, options: dict[str, Any]) -> DataFrame:
        from caudal.rdd import RDD
        from caudal.sql.dataframe import DataFrame

        if schema is not None:
            self.schema(schema)
        self._options.update(options)
        if isinstance(path, RDD):
            texts = path.map(lambda text: (text.decode() if isinstance(text, bytes) else text,))
            path = self._session.createDataFrame(texts.collect(), "value string")
        if isinstance(path, DataFrame):
            options = self._options.without_path()
            native = self._session._native
            read = native.read_texts(fmt, path._frame, self._schema, options)
            return self._session._frame(read)
        paths = [path] if isinstance(path, str) else path
        if not isinstance(paths, (list, tuple)):
            name = "paths" if fmt == "text" else "path"
            not_expected(name, "str, list, RDD, or DataFrame", path)
        for item in paths:
            require(item, str, "path", "str or list")
        return self._read(fmt, list(paths))

    def _read(self, fmt: str | None, paths: list[str]) -> DataFrame:
        if fmt is not None and self._session._data_sources:
            from caudal.sql import _data_sources

            source = _data_sources.find(self._session, fmt)
            if source is not None:
                options = source_options(self._options, paths)
                read = _data_sources.load(self._session, source, options, self._schema, False)
                return self._session._frame(read)
        chosen = fmt or self._session.conf.get("spark.sql.sources.default", "parquet")
        native = self._session._native
        options = self._options.without_path()
        paths = paths_of(self._options, paths)
        frame = native.read(chosen, paths, self._schema, options, False)
        return self._session._frame(frame)

    def table(self, tableName: str) -> DataFrame:
        """The frame of a view or table."""
        return self._session.table(tableName)

    def jdbc(
        self,
        url: str,
        table: str,
        column: str | None = None,
        lowerBound: str | int | None = None,
        upperBound: str | int | None = None,
        numPartitions: int | None = None,
        predicates: list[str] | None = None,
        properties: dict[str, str] | None = None,
    ) -> DataFrame:
        """A table of a database over JDBC (there is no JVM)."""
        not_implemented("DataFrameReader.jdbc")

    def changes(self, tableName: str) -> DataFrame:
        """The changes of a table (not there yet)."""
        not_implemented("DataFrameReader.changes")


at_home(__name__, DataFrameWriter, DataFrameWriterV2)
