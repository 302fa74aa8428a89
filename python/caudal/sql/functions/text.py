"""Text: patterns, encodings and formats.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql.column import Column
from caudal.sql.functions._call import (
    ColumnOrName,
    call,
    constant,
    given,
    number,
    optional,
    or_literal,
)
from caudal.sql.functions.normal import lit

__all__ = [
    "base64",
    "char",
    "collate",
    "collation",
    "decode",
    "encode",
    "format_number",
    "format_string",
    "from_base32",
    "is_valid_utf8",
    "jaro_winkler_similarity",
    "make_valid_utf8",
    "mask",
    "printf",
    "quote",
    "regexp_count",
    "regexp_extract",
    "regexp_extract_all",
    "regexp_instr",
    "regexp_replace",
    "regexp_substr",
    "sentences",
    "soundex",
    "split",
    "split_part",
    "to_base32",
    "to_binary",
    "to_char",
    "to_number",
    "to_varchar",
    "try_to_binary",
    "try_to_number",
    "try_validate_utf8",
    "unbase64",
    "validate_utf8",
]


def base64(col: ColumnOrName) -> Column:
    """Bytes as base 64 text."""
    return call("base64", col)


def char(col: ColumnOrName) -> Column:
    """The character of a code."""
    return call("char", col)


def collate(col: ColumnOrName, collation: str) -> Column:
    """The text with a collation."""
    return call("collate", col, constant(collation))


def collation(col: ColumnOrName) -> Column:
    """The name of the text's collation."""
    return call("collation", col)


def decode(col: ColumnOrName, charset: str) -> Column:
    """Bytes as text of a character set."""
    return call("decode", col, constant(charset))


def encode(col: ColumnOrName, charset: str) -> Column:
    """Text as bytes of a character set."""
    return call("encode", col, constant(charset))


def format_number(col: ColumnOrName, d: int) -> Column:
    """The number with `d` digits after the point and commas between thousands."""
    return call("format_number", col, constant(d))


def format_string(format: str, *cols: ColumnOrName) -> Column:
    """Values in a pattern as of ``printf``."""
    return call("format_string", constant(format), *cols)


def from_base32(col: ColumnOrName) -> Column:
    """The bytes of base 32 text."""
    return call("from_base32", col)


def is_valid_utf8(str: ColumnOrName) -> Column:
    """Whether the bytes of the text are valid UTF-8."""
    return call("is_valid_utf8", str)


def jaro_winkler_similarity(left: ColumnOrName, right: ColumnOrName) -> Column:
    """The similarity of two texts by Jaro and Winkler, 0 to 1."""
    return call("jaro_winkler_similarity", left, right)


def make_valid_utf8(str: ColumnOrName) -> Column:
    """The text with invalid bytes replaced."""
    return call("make_valid_utf8", str)


def mask(
    col: ColumnOrName,
    upperChar: ColumnOrName | None = None,
    lowerChar: ColumnOrName | None = None,
    digitChar: ColumnOrName | None = None,
    otherChar: ColumnOrName | None = None,
) -> Column:
    """The text with letters and digits replaced."""
    letters = (
        or_literal(upperChar, "X"),
        or_literal(lowerChar, "x"),
        or_literal(digitChar, "n"),
        or_literal(otherChar, None),
    )
    return call("mask", col, *letters)


def printf(format: ColumnOrName, *cols: ColumnOrName) -> Column:
    """Values in a pattern as of ``printf``."""
    return call("printf", format, *cols)


def quote(col: ColumnOrName) -> Column:
    """The text in quotes."""
    return call("quote", col)


def regexp_count(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """How often a regular expression is found."""
    return call("regexp_count", str, regexp)


def regexp_extract(str: ColumnOrName, pattern: str, idx: int) -> Column:
    """Group `idx` of the first match, an empty text where there is none."""
    return call("regexp_extract", str, constant(pattern), constant(idx))


def regexp_extract_all(
    str: ColumnOrName, regexp: ColumnOrName, idx: int | Column | None = None
) -> Column:
    """Group `idx` of every match."""
    return call("regexp_extract_all", str, regexp, *given(optional(idx)))


def regexp_instr(
    str: ColumnOrName, regexp: ColumnOrName, idx: int | Column | None = None
) -> Column:
    """The position of the first match."""
    return call("regexp_instr", str, regexp, *given(optional(idx)))


def regexp_replace(
    string: ColumnOrName,
    pattern: str | Column,
    replacement: str | Column,
    position: int | Column | None = None,
) -> Column:
    """The text with every match replaced."""
    return call(
        "regexp_replace",
        string,
        constant(pattern),
        constant(replacement),
        *given(optional(position)),
    )


def regexp_substr(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """The first match, null where there is none."""
    return call("regexp_substr", str, regexp)


def sentences(
    string: ColumnOrName, language: ColumnOrName | None = None, country: ColumnOrName | None = None
) -> Column:
    """The text as lists of words."""
    blank = lit("")
    parts = (blank if part is None else part for part in (language, country))
    return call("sentences", string, *parts)


def soundex(col: ColumnOrName) -> Column:
    """The Soundex code."""
    return call("soundex", col)


def split(str: ColumnOrName, pattern: Column | str, limit: ColumnOrName | int = -1) -> Column:
    """The parts of a text between matches of a regular expression."""
    return call("split", str, constant(pattern), number(limit))


def split_part(src: ColumnOrName, delimiter: ColumnOrName, partNum: ColumnOrName) -> Column:
    """One of the parts between delimiters, from 1."""
    return call("split_part", src, delimiter, partNum)


def to_base32(col: ColumnOrName) -> Column:
    """Bytes as base 32 text."""
    return call("to_base32", col)


def to_binary(col: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The bytes of a text in a format."""
    return call("to_binary", col, *given(format))


def to_char(col: ColumnOrName, format: ColumnOrName) -> Column:
    """A number or time as text of a format."""
    return call("to_char", col, format)


def to_number(col: ColumnOrName, format: ColumnOrName) -> Column:
    """The number of a text in a format."""
    return call("to_number", col, format)


def to_varchar(col: ColumnOrName, format: ColumnOrName) -> Column:
    """A number or time as text of a format."""
    return call("to_varchar", col, format)


def try_to_binary(col: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The bytes of a text in a format, null where it does not fit."""
    return call("try_to_binary", col, *given(format))


def try_to_number(col: ColumnOrName, format: ColumnOrName) -> Column:
    """The number of a text in a format, null where it does not fit."""
    return call("try_to_number", col, format)


def try_validate_utf8(str: ColumnOrName) -> Column:
    """The text, null where it is not valid UTF-8."""
    return call("try_validate_utf8", str)


def unbase64(col: ColumnOrName) -> Column:
    """The bytes of base 64 text."""
    return call("unbase64", col)


def validate_utf8(str: ColumnOrName) -> Column:
    """The text, an error where it is not valid UTF-8."""
    return call("validate_utf8", str)
