"""Addresses, encryption, and facts about the session.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql._convert import not_expected
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, given, optional, or_literal
from caudal.sql.functions.normal import lit

__all__ = [
    "parse_url",
    "try_parse_url",
    "url_decode",
    "url_encode",
    "try_url_decode",
    "aes_decrypt",
    "aes_encrypt",
    "assert_true",
    "bitmap_bit_position",
    "bitmap_bucket_number",
    "bitmap_count",
    "current_catalog",
    "current_database",
    "current_path",
    "current_schema",
    "current_user",
    "hmac",
    "input_file_block_length",
    "input_file_block_start",
    "input_file_name",
    "java_method",
    "monotonically_increasing_id",
    "raise_error",
    "reflect",
    "session_user",
    "spark_partition_id",
    "try_aes_decrypt",
    "try_reflect",
    "typeof",
    "user",
    "version",
]


def parse_url(
    url: ColumnOrName, partToExtract: ColumnOrName, key: ColumnOrName | None = None
) -> Column:
    """A part of an address."""
    return call("parse_url", url, partToExtract, *given(key))


def try_parse_url(
    url: ColumnOrName, partToExtract: ColumnOrName, key: ColumnOrName | None = None
) -> Column:
    """A part of an address, null where it is none."""
    return call("try_parse_url", url, partToExtract, *given(key))


def url_decode(str: ColumnOrName) -> Column:
    """The text of an encoded part of an address."""
    return call("url_decode", str)


def url_encode(str: ColumnOrName) -> Column:
    """The text encoded as part of an address."""
    return call("url_encode", str)


def try_url_decode(str: ColumnOrName) -> Column:
    """The text of an encoded part of an address, null where it is none."""
    return call("try_url_decode", str)


def aes_decrypt(
    input: ColumnOrName,
    key: ColumnOrName,
    mode: ColumnOrName | None = None,
    padding: ColumnOrName | None = None,
    aad: ColumnOrName | None = None,
) -> Column:
    """The bytes that AES encrypted."""
    return call(
        "aes_decrypt",
        input,
        key,
        or_literal(mode, "GCM"),
        or_literal(padding, "DEFAULT"),
        or_literal(aad, ""),
    )


def aes_encrypt(
    input: ColumnOrName,
    key: ColumnOrName,
    mode: ColumnOrName | None = None,
    padding: ColumnOrName | None = None,
    iv: ColumnOrName | None = None,
    aad: ColumnOrName | None = None,
) -> Column:
    """The bytes encrypted by AES."""
    return call(
        "aes_encrypt",
        input,
        key,
        or_literal(mode, "GCM"),
        or_literal(padding, "DEFAULT"),
        or_literal(iv, ""),
        or_literal(aad, ""),
    )


def assert_true(col: ColumnOrName, errMsg: Column | str | None = None) -> Column:
    """Null where the column is true, else an error."""
    if errMsg is None:
        return call("assert_true", col)
    if not isinstance(errMsg, (str, Column)):
        not_expected("errMsg", "Column or str", errMsg)
    return call("assert_true", col, lit(errMsg))


def bitmap_bit_position(col: ColumnOrName) -> Column:
    """The bit of a number inside its bucket."""
    return call("bitmap_bit_position", col)


def bitmap_bucket_number(col: ColumnOrName) -> Column:
    """The bucket of a number."""
    return call("bitmap_bucket_number", col)


def bitmap_count(col: ColumnOrName) -> Column:
    """The number of bits that are set."""
    return call("bitmap_count", col)


def current_catalog() -> Column:
    """The current catalog."""
    return call("current_catalog")


def current_database() -> Column:
    """The current database."""
    return call("current_database")


def current_path() -> Column:
    """The path on which functions are looked up."""
    return call("current_path")


def current_schema() -> Column:
    """The current database."""
    return call("current_schema")


def current_user() -> Column:
    """The user's name."""
    return call("current_user")


def hmac(key: ColumnOrName, message: ColumnOrName, algorithm: ColumnOrName | None = None) -> Column:
    """The keyed digest of a message."""
    return call("hmac", key, message, *given(algorithm))


def input_file_block_length() -> Column:
    """The length of the block that is read."""
    return call("input_file_block_length")


def input_file_block_start() -> Column:
    """The start of the block that is read."""
    return call("input_file_block_start")


def input_file_name() -> Column:
    """The path of the file that the row is from."""
    return call("input_file_name")


def java_method(*cols: ColumnOrName) -> Column:
    """The result of a method of a Java class."""
    return call("java_method", *cols)


def monotonically_increasing_id() -> Column:
    """A number that grows from row to row, not without gaps."""
    return call("monotonically_increasing_id")


def raise_error(errMsg: Column | str) -> Column:
    """An error with a message."""
    if not isinstance(errMsg, (str, Column)):
        not_expected("errMsg", "Column or str", errMsg)
    return call("raise_error", lit(errMsg))


def reflect(*cols: ColumnOrName) -> Column:
    """The result of a method of a Java class."""
    return call("reflect", *cols)


def session_user() -> Column:
    """The user's name."""
    return call("session_user")


def spark_partition_id() -> Column:
    """The number of the partition that the row is in."""
    return call("spark_partition_id")


def try_aes_decrypt(
    input: ColumnOrName,
    key: ColumnOrName,
    mode: ColumnOrName | None = None,
    padding: ColumnOrName | None = None,
    aad: ColumnOrName | None = None,
) -> Column:
    """The bytes that AES encrypted, null where it fails."""
    return call(
        "try_aes_decrypt",
        input,
        key,
        or_literal(mode, "GCM"),
        or_literal(padding, "DEFAULT"),
        or_literal(aad, ""),
    )


def try_reflect(*cols: ColumnOrName) -> Column:
    """The result of a method of a Java class, null where it fails."""
    return call("try_reflect", *cols)


def typeof(col: ColumnOrName) -> Column:
    """The name of the value's type."""
    return call("typeof", col)


def user() -> Column:
    """The user's name."""
    return call("user")


def version() -> Column:
    """The version of Spark whose answers are given."""
    return call("version")


def uuid(seed: Column | int | None = None) -> Column:
    """A random UUID as text."""
    return call("uuid", *given(optional(seed)))
