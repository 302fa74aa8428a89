"""`DataFrame`: a table that is computed when it is asked for.

The methods live by family in the `_frame_…` modules; here are the frame's own facts
(columns, schema, names as attributes) and what leads elsewhere (writers, na, stat).

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._globals import _NoValue
from caudal._names import at_home
from caudal.errors import PySparkAttributeError
from caudal.errors._native import analysis_error
from caudal.sql._convert import not_expected
from caudal.sql._frame_actions import FrameActions
from caudal.sql._frame_base import quoted
from caudal.sql._frame_columns import FrameColumns
from caudal.sql._frame_maps import FrameMaps
from caudal.sql._frame_missing import FrameMissing
from caudal.sql._frame_numbers import FrameNumbers
from caudal.sql._frame_pairs import FramePairs
from caudal.sql._frame_partitions import FramePartitions
from caudal.sql._frame_relations import FrameRelations
from caudal.sql._frame_reshape import FrameReshape
from caudal.sql._frame_statistics import FrameStatistics
from caudal.sql._frame_subqueries import FrameSubqueries
from caudal.sql._frame_to import FrameTo
from caudal.sql._na import DataFrameNaFunctions, DataFrameStatFunctions
from caudal.sql.column import Column
from caudal.sql.types import StringType, StructType, _parse_datatype_json_string

if TYPE_CHECKING:
    from caudal.sql._writer_v2 import DataFrameWriterV2
    from caudal.sql._writers import DataFrameWriter
    from caudal.sql.plot import PySparkPlotAccessor
    from caudal.sql.session import SparkSession
    from caudal.sql.streaming.readwriter import DataStreamWriter

__all__ = ["DataFrame", "DataFrameNaFunctions", "DataFrameStatFunctions"]


class DataFrame(
    FrameRelations,
    FrameReshape,
    FrameColumns,
    FramePartitions,
    FrameActions,
    FrameStatistics,
    FrameNumbers,
    FrameMaps,
    FramePairs,
    FrameSubqueries,
    FrameTo,
    FrameMissing,
):
    """A table of named, typed columns: files, rows, a query over them, or a stream.

    Made by a session (``spark.read``, ``spark.readStream``, ``spark.sql``,
    ``spark.createDataFrame``) and by methods of other frames. Names and types are checked at
    each call; rows are computed by the methods that need them (``show``, ``collect``,
    ``count``, …).

    Examples
    --------
    >>> df = spark.createDataFrame([("Open", 3), ("Close", 2)], "action string, n int")
    >>> df.filter(df.n > 2).select("action").collect()
    [Row(action='Open')]
    """

    def __init__(self, frame: _native.Frame, session: SparkSession):
        self._frame = frame
        self._session = session

    # What it is.

    @property
    def sparkSession(self) -> SparkSession:
        """The session that made it."""
        return self._session

    @property
    def columns(self) -> list[str]:
        """The names of its columns, in order."""
        return self._frame.columns

    @property
    def schema(self) -> StructType:
        """Its columns with their types."""
        schema = _parse_datatype_json_string(self._frame.schema_json())
        assert isinstance(schema, StructType)
        return schema

    @property
    def dtypes(self) -> list[tuple[str, str]]:
        """Name and type in SQL of each column.

        Examples
        --------
        >>> spark.range(1).dtypes
        [('id', 'bigint')]
        """
        return [(f.name, f.dataType.simpleString()) for f in self.schema.fields]

    @property
    def isStreaming(self) -> bool:
        """Whether it reads a stream, so that only ``writeStream`` can run it."""
        return self._frame.is_streaming

    def inputFiles(self) -> list[str]:
        """The files that the frame reads, as URIs, each once.

        Raises
        ------
        AnalysisException
            Where it reads a stream.

        Examples
        --------
        >>> spark.range(1).inputFiles()
        []
        """
        return self._frame.input_files()

    def isLocal(self) -> bool:
        """Whether its rows are there without a job: those of a command, and ``VALUES``."""
        return self._frame.is_local

    # Columns as attributes and items.

    def __getitem__(self, item: Any) -> Any:
        """A column by name or position, columns by a list, rows by a condition."""
        if isinstance(item, str):
            return Column(self._frame.column(item))
        if isinstance(item, Column):
            return self.filter(item)
        if isinstance(item, (list, tuple)):
            return self.select(*item)
        if isinstance(item, int):
            return self._column_at(item)
        not_expected("item", "Column, float, integer, list or string", item)

    def __getattr__(self, name: str) -> Column:
        # Before `__init__` (copying, unpickling) there is no frame to ask.
        if name.startswith("_") or name not in self.columns:
            raise PySparkAttributeError(
                errorClass="ATTRIBUTE_NOT_SUPPORTED", messageParameters={"attr_name": name}
            )
        return Column(self._frame.column(quoted(name)))

    def __dir__(self) -> list[str]:
        names = {name for name in self.columns if name.isidentifier()}
        return sorted(names.union(super().__dir__()))

    def _ipython_key_completions_(self) -> list[str]:
        return self.columns

    # How it looks.

    def _eager(self) -> bool:
        conf = self._session.conf
        return conf.get("spark.sql.repl.eagerEval.enabled", "false") == "true"

    def __repr__(self) -> str:
        if self._eager() and not self.isStreaming:
            conf = self._session.conf
            rows = int(conf.get("spark.sql.repl.eagerEval.maxNumRows", "20") or 20)
            width = int(conf.get("spark.sql.repl.eagerEval.truncate", "20") or 20)
            return self._show_string(rows, width, False)
        return f"DataFrame[{', '.join(f'{name}: {kind}' for name, kind in self.dtypes)}]"

    def _repr_html_(self) -> str | None:
        """A table for notebooks, with ``spark.sql.repl.eagerEval.enabled`` only."""
        if not self._eager() or self.isStreaming:
            return None
        conf = self._session.conf
        limit = int(conf.get("spark.sql.repl.eagerEval.maxNumRows", "20") or 20)
        width = int(conf.get("spark.sql.repl.eagerEval.truncate", "20") or 20)
        return _html_table(self.columns, self._shown_values(limit), width)

    def _shown_values(self, limit: int) -> str:
        """The first rows as ``show`` has them with a line a value.

        Names of one length say where a value begins, and texts end with a mark, since spaces
        may follow them.
        """
        from caudal.sql.functions import concat, lit

        names = [f"c{position:06}" for position in range(len(self.columns))]
        plain = self.toDF(*names)
        values = [Column(plain._frame.column(name)) for name in names]
        marked = [
            concat(value, lit(_MARK)).alias(name)
            if isinstance(field.dataType, StringType)
            else value
            for name, value, field in zip(names, values, self.schema.fields, strict=True)
        ]
        return plain.select(*marked)._show_string(limit, 0, True)

    @property
    def plot(self) -> PySparkPlotAccessor:
        """Figures of Plotly: ``df.plot.bar(x=…, y=…)``, or ``df.plot(kind="bar", …)``."""
        from caudal.sql.plot import PySparkPlotAccessor

        return PySparkPlotAccessor(self)

    # Where it leads.

    @property
    def na(self) -> DataFrameNaFunctions:
        """Rows and values that are null."""
        return DataFrameNaFunctions(self)

    @property
    def stat(self) -> DataFrameStatFunctions:
        """Statistics."""
        return DataFrameStatFunctions(self)

    def dropna(
        self,
        how: str = "any",
        thresh: int | None = None,
        subset: str | tuple[str, ...] | list[str] | None = None,
    ) -> DataFrame:
        """The same as ``na.drop``."""
        return self.na.drop(how, thresh, subset)

    def fillna(
        self, value: Any, subset: str | tuple[str, ...] | list[str] | None = None
    ) -> DataFrame:
        """The same as ``na.fill``."""
        return self.na._fill(value, subset)

    def replace(
        self,
        to_replace: Any,
        value: Any = _NoValue,
        subset: str | tuple[str, ...] | list[str] | None = None,
    ) -> DataFrame:
        """The same as ``na.replace``."""
        return self.na.replace(to_replace, value, subset)

    @property
    def write(self) -> DataFrameWriter:
        """Where the rows go: files, by format and save mode.

        Raises
        ------
        AnalysisException
            For a stream (``CALL_ON_STREAMING_DATASET_UNSUPPORTED``).
        """
        self._no_stream_for("write")
        from caudal.sql._writers import DataFrameWriter

        return DataFrameWriter(self)

    def writeTo(self, table: str) -> DataFrameWriterV2:
        """A writer that makes a table of the rows.

        Parameters
        ----------
        table
            Its name: ``t`` or ``default.t``.

        Raises
        ------
        AnalysisException
            For a stream (``CALL_ON_STREAMING_DATASET_UNSUPPORTED``).
        """
        self._no_stream_for("writeTo")
        from caudal.sql._writer_v2 import DataFrameWriterV2

        return DataFrameWriterV2(self, table)

    def _no_stream_for(self, method: str) -> None:
        if self.isStreaming:
            raise analysis_error(
                "CALL_ON_STREAMING_DATASET_UNSUPPORTED",
                f"The method `{method}` can not be called on streaming Dataset/DataFrame.",
                {"methodName": f"`{method}`"},
                "42KDE",
            )

    @property
    def writeStream(self) -> DataStreamWriter:
        """Where a stream goes.

        Raises
        ------
        AnalysisException
            For a frame that is no stream (``WRITE_STREAM_NOT_ALLOWED``).
        """
        from caudal.sql.streaming.readwriter import DataStreamWriter

        if not self.isStreaming:
            raise analysis_error(
                "WRITE_STREAM_NOT_ALLOWED",
                "`writeStream` can be called only on streaming Dataset/DataFrame.",
                {},
                "42601",
            )
        return DataStreamWriter(self)


at_home(__name__, DataFrameNaFunctions, DataFrameStatFunctions)
for _part in DataFrame.__bases__:
    for _name, _method in vars(_part).items():
        if isinstance(_method, FunctionType):
            # A wrong call is told of the class that the user knows.
            _method.__qualname__ = f"DataFrame.{_name}"


_MARK = "\u2060"


def _html_table(columns: list[str], shown: str, width: int) -> str:
    """A table of values that stand a line each, cut as ``show`` cuts them."""
    from html import escape

    def cell(line: str) -> str:
        text = line[len(" c000000 | ") :].rstrip(" ").removesuffix(_MARK)
        if 0 < width < len(text):
            text = text[:width] if width < 4 else f"{text[: width - 3]}..."
        return escape(text)

    lines = shown.rstrip("\n").split("\n")
    last = lines.pop() if lines and lines[-1].startswith("only showing") else None
    table = ["<table border='1'>", f"<tr>{_cells('th', map(escape, columns))}</tr>"]
    for record in range(0, len(lines), len(columns) + 1):
        if lines[record].startswith("-RECORD"):
            values = lines[record + 1 : record + 1 + len(columns)]
            table.append(f"<tr>{_cells('td', map(cell, values))}</tr>")
    table.append("</table>")
    return "\n".join([*table, *([last] if last else [])]) + "\n"


def _cells(tag: str, texts: Iterable[str]) -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)
