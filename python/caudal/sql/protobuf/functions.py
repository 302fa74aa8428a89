"""Protocol buffers in columns of bytes: one message a row, as Kafka carries them.

The messages are described by a set of descriptors, as ``protoc`` writes it with
``--include_imports --descriptor_set_out=events.desc events.proto``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caudal.sql._convert import option_map
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, given

__all__ = ["from_protobuf", "to_protobuf"]


def from_protobuf(
    data: ColumnOrName,
    messageName: str,
    descFilePath: str | None = None,
    options: dict[str, str] | None = None,
    binaryDescriptorSet: bytes | None = None,
) -> Column:
    """The value of a message's bytes.

    Parameters
    ----------
    data
        A column of bytes.
    messageName
        The message, with or without its package; without descriptors the name of a class
        of Protobuf's own (``org.sparkproject.spark_protobuf.protobuf.Timestamp``), since
        there are no other classes here.
    descFilePath
        A file of descriptors. It is read at once.
    options
        ``mode`` (``FAILFAST``, the default; ``PERMISSIVE`` gives null for bytes that are no
        message), ``recursive.fields.max.depth`` (1 to 10: how often a message may lie within
        itself; without it such a message is refused), ``emit.default.values`` (zero and not
        null for what the bytes leave out), ``enums.as.ints``, ``upcast.unsigned.ints`` (to
        ``bigint`` and ``decimal(20,0)``), ``unwrap.primitive.wrapper.types``,
        ``convert.any.fields.to.json``, ``retain.empty.message.types``.
    binaryDescriptorSet
        The descriptors themselves, in place of a file.

    Returns
    -------
    Column
        A struct with the fields of the message. Null where `data` is.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    AnalysisException
        Descriptors that cannot be read, no such message, or one that lies within itself.

    Examples
    --------
    >>> from caudal.sql.protobuf.functions import from_protobuf
    >>> name = "org.sparkproject.spark_protobuf.protobuf.Duration"
    >>> df = spark.sql("SELECT X'0805' AS data")
    >>> df.select(from_protobuf("data", name).alias("took")).collect()
    [Row(took=Row(seconds=5, nanos=None))]
    """
    return _call("from_protobuf", data, messageName, descFilePath, options, binaryDescriptorSet)


def to_protobuf(
    data: ColumnOrName,
    messageName: str,
    descFilePath: str | None = None,
    options: dict[str, str] | None = None,
    binaryDescriptorSet: bytes | None = None,
) -> Column:
    """The value as a message's bytes.

    Parameters
    ----------
    data
        A column of structs whose fields are among the message's.
    messageName
        The message, as in :func:`from_protobuf`.
    descFilePath
        A file of descriptors. It is read at once.
    options
        Change nothing, as in Spark.
    binaryDescriptorSet
        The descriptors themselves, in place of a file.

    Returns
    -------
    Column
        Bytes; null where `data` is.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    AnalysisException
        No struct; when it runs, descriptors that cannot be read, no such message, or a type
        that does not fit it.

    Examples
    --------
    >>> from caudal.sql.protobuf.functions import to_protobuf
    >>> name = "org.sparkproject.spark_protobuf.protobuf.Duration"
    >>> df = spark.sql("SELECT named_struct('seconds', 5L) AS took")
    >>> df.select(to_protobuf("took", name).alias("data")).collect()
    [Row(data=b'\\x08\\x05')]
    """
    return _call("to_protobuf", data, messageName, descFilePath, options, binaryDescriptorSet)


def _call(
    name: str,
    data: ColumnOrName,
    message: str,
    path: str | None,
    options: Mapping[str, Any] | None,
    descriptors: bytes | None,
) -> Column:
    if descriptors is None and path is not None:
        with open(path, "rb") as file:
            descriptors = file.read()
    held = constant(None if descriptors is None else bytes(descriptors))
    return call(name, data, constant(message), held, *given(option_map(options)))
