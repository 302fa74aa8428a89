"""Protocol buffers in columns: not there yet, each function says so by name."""

from __future__ import annotations

from caudal._missing import not_implemented
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName

__all__ = ["from_protobuf", "to_protobuf"]


def from_protobuf(
    data: ColumnOrName,
    messageName: str,
    descFilePath: str | None = None,
    options: dict[str, str] | None = None,
    binaryDescriptorSet: bytes | None = None,
) -> Column:
    """The value of a message's bytes (not there yet)."""
    not_implemented("from_protobuf")


def to_protobuf(
    data: ColumnOrName,
    messageName: str,
    descFilePath: str | None = None,
    options: dict[str, str] | None = None,
    binaryDescriptorSet: bytes | None = None,
) -> Column:
    """The value as a message's bytes (not there yet)."""
    not_implemented("to_protobuf")
