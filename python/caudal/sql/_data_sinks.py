"""Writers of Python data sources: ``df.write`` and ``df.writeStream`` into one.

All rows of a batch go to one ``write``; see `caudal.sql._data_sources` for the readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.errors import IllegalArgumentException, PySparkRuntimeError
from caudal.sql._data_sources import failing, failing_rows, failing_to, made, mismatch, raising
from caudal.sql.datasource import (
    DataSource,
    DataSourceArrowWriter,
    DataSourceStreamArrowWriter,
    DataSourceStreamWriter,
    DataSourceWriter,
    WriterCommitMessage,
)
from caudal.sql.types import StructType, _create_row

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

_MODES = {"ignore": "Ignore"}


def save(
    df: DataFrame, source: type[DataSource], mode: str | None, options: dict[str, str]
) -> None:
    """Writes a frame's rows; when it returns, they are committed.

    Raises
    ------
    AnalysisException
        For a mode other than append and overwrite (``UNSUPPORTED_DATA_SOURCE_SAVE_MODE``).
    """
    chosen = (mode or "error").lower()
    if chosen not in ("append", "overwrite"):
        parameters = {
            "source": source.name(),
            "createMode": f'"{_MODES.get(chosen, "ErrorIfExists")}"',
        }
        raise _native.data_source_error("UNSUPPORTED_DATA_SOURCE_SAVE_MODE", parameters, None)
    with raising():
        with failing_to("initialize", "writer"):
            writer = made(source, options).writer(df.schema, chosen == "overwrite")
            if not isinstance(writer, DataSourceWriter):
                raise mismatch("an instance of DataSourceWriter", f"'{type(writer).__name__}'")
        as_arrow = isinstance(writer, DataSourceArrowWriter)
        rows = _rows(df._frame, as_arrow)
        try:
            with failing_rows():
                message = _message(writer.write(rows))
        except Exception:
            with failing_to("commit or abort", "write"):
                writer.abort([None])
            raise
        try:
            with failing_to("commit or abort", "write"):
                writer.commit([message])
        except Exception:
            with failing_to("commit or abort", "write"):
                writer.abort([message])
            raise


def batches(
    source: type[DataSource], schema: StructType, mode: str, options: dict[str, str]
) -> Callable[[_native.Frame, int], None]:
    """A function for the core that writes a batch of a stream, given as a frame."""
    overwrite = mode == "complete"

    def write(frame: _native.Frame, batch: int) -> None:
        if mode == "update":
            refusal = f"requirement failed: {source.name()} does not support Update mode."
            raise IllegalArgumentException(refusal)
        with failing_to("initialize", "writer"):
            writer = _stream_writer(source, schema, overwrite, options)
        rows = _rows(frame, isinstance(writer, DataSourceStreamArrowWriter))
        try:
            with failing_rows():
                message = _message(writer.write(rows))
        except Exception:
            _ended(None, batch, True)
            raise
        try:
            _ended(message, batch, False)
        except Exception:
            _ended(message, batch, True)
            raise

    def _ended(message: WriterCommitMessage | None, batch: int, aborted: bool) -> None:
        # Another writer than the one that wrote, as where the two are different processes.
        action = "abort" if aborted else "commit"
        with failing("PYTHON_STREAMING_DATA_SOURCE_RUNTIME_ERROR", action=action):
            writer = _stream_writer(source, schema, overwrite, options)
            (writer.abort if aborted else writer.commit)([message], batch)

    return write


def _stream_writer(
    source: type[DataSource], schema: StructType, overwrite: bool, options: dict[str, str]
) -> DataSourceStreamWriter:
    writer = made(source, options).streamWriter(schema, overwrite)
    if not isinstance(writer, DataSourceStreamWriter):
        raise mismatch(
            "an instance of DataSourceStreamWriter or DataSourceStreamArrowWriter",
            f"'{type(writer).__name__}'",
        )
    return writer


def _rows(frame: _native.Frame, as_arrow: bool) -> Iterator[Any]:
    if not as_arrow:
        return iter(frame.collect(None, _create_row))
    import pyarrow

    return iter(pyarrow.table(frame.to_arrow()).to_batches())


def _message(message: Any) -> WriterCommitMessage:
    if not isinstance(message, WriterCommitMessage):
        raise PySparkRuntimeError(
            errorClass="DATA_SOURCE_TYPE_MISMATCH",
            messageParameters={
                "expected": "'WriterCommitMessage' as the return type of the `write` method",
                "actual": type(message).__name__,
            },
        )
    return message
