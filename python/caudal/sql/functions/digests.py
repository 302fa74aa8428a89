"""Hashes and digests.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.errors import PySparkValueError
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call
from caudal.sql.functions.normal import lit

__all__ = [
    "crc32",
    "hash",
    "md5",
    "sha",
    "sha1",
    "sha2",
    "xxhash64",
]


def crc32(col: ColumnOrName) -> Column:
    """The CRC-32 checksum."""
    return call("crc32", col)


def hash(*cols: ColumnOrName) -> Column:
    """The Murmur3 hash, 32 bits."""
    return call("hash", *cols)


def md5(col: ColumnOrName) -> Column:
    """The MD5 digest as hexadecimal text."""
    return call("md5", col)


def sha(col: ColumnOrName) -> Column:
    """The SHA-1 digest as hexadecimal text."""
    return call("sha", col)


def sha1(col: ColumnOrName) -> Column:
    """The SHA-1 digest as hexadecimal text."""
    return call("sha1", col)


def sha2(col: ColumnOrName, numBits: int) -> Column:
    """The SHA-2 digest of 224, 256 (or 0), 384 or 512 bits as hexadecimal text."""
    if numBits not in (0, 224, 256, 384, 512):
        raise PySparkValueError(
            errorClass="VALUE_NOT_ALLOWED",
            messageParameters={
                "arg_name": "numBits",
                "allowed_values": "[0, 224, 256, 384, 512]",
            },
        )
    return call("sha2", col, lit(numBits))


def xxhash64(*cols: ColumnOrName) -> Column:
    """The xxHash, 64 bits."""
    return call("xxhash64", *cols)
