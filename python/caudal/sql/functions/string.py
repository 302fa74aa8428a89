"""Text: parts, case, padding.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, given, number, optional, place

__all__ = [
    "ascii",
    "bit_length",
    "btrim",
    "char_length",
    "character_length",
    "concat_ws",
    "contains",
    "elt",
    "endswith",
    "find_in_set",
    "initcap",
    "instr",
    "lcase",
    "left",
    "length",
    "levenshtein",
    "locate",
    "lower",
    "lpad",
    "ltrim",
    "octet_length",
    "overlay",
    "position",
    "randstr",
    "repeat",
    "replace",
    "right",
    "rpad",
    "rtrim",
    "startswith",
    "substr",
    "substring",
    "substring_index",
    "translate",
    "trim",
    "ucase",
    "upper",
]


def ascii(col: ColumnOrName) -> Column:
    """The code of the first character."""
    return call("ascii", col)


def bit_length(col: ColumnOrName) -> Column:
    """The length in bits."""
    return call("bit_length", col)


def btrim(str: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """Text without blanks, or without the characters of `trim`, at both ends."""
    return call("btrim", str, *given(trim))


def char_length(str: ColumnOrName) -> Column:
    """The number of characters."""
    return call("char_length", str)


def character_length(str: ColumnOrName) -> Column:
    """The number of characters."""
    return call("character_length", str)


def concat_ws(sep: str, *cols: ColumnOrName) -> Column:
    """The texts joined by `sep`, nulls left out."""
    return call("concat_ws", constant(sep), *cols)


def contains(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Whether the text contains another."""
    return call("contains", left, right)


def elt(*inputs: ColumnOrName) -> Column:
    """The value whose position the first argument says."""
    return call("elt", *inputs)


def endswith(str: ColumnOrName, suffix: ColumnOrName) -> Column:
    """Whether the text ends with another."""
    return call("endswith", str, suffix)


def find_in_set(str: ColumnOrName, str_array: ColumnOrName) -> Column:
    """The position of a text in a list separated by commas."""
    return call("find_in_set", str, str_array)


def initcap(col: ColumnOrName) -> Column:
    """Each word with a capital letter."""
    return call("initcap", col)


def instr(
    str: ColumnOrName,
    substr: Column | str,
    start: Column | int | None = None,
    occurrence: Column | int | None = None,
) -> Column:
    """The position of a text in another, from 1; 0 where it is not found."""
    return call("instr", str, constant(substr), *given(optional(start), optional(occurrence)))


def lcase(str: ColumnOrName) -> Column:
    """The text in small letters."""
    return call("lcase", str)


def left(str: ColumnOrName, len: ColumnOrName) -> Column:
    """The first characters."""
    return call("left", str, len)


def length(col: ColumnOrName) -> Column:
    """The number of characters or bytes."""
    return call("length", col)


def levenshtein(left: ColumnOrName, right: ColumnOrName, threshold: int | None = None) -> Column:
    """The number of edits between two texts, or -1 beyond `threshold`."""
    return call("levenshtein", left, right, *given(optional(threshold)))


def locate(substr: str, str: ColumnOrName, pos: int = 1) -> Column:
    """The position of a text in another from `pos` on; 0 where it is not found."""
    return call("locate", constant(substr), str, constant(pos))


def lower(col: ColumnOrName) -> Column:
    """The text in small letters."""
    return call("lower", col)


def lpad(col: ColumnOrName, len: Column | int, pad: Column | str) -> Column:
    """The text filled at the left to a length."""
    return call("lpad", col, constant(len), constant(pad))


def ltrim(col: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without blanks, or without the characters of `trim`, at the left."""
    return call("ltrim", *given(trim), col)


def octet_length(col: ColumnOrName) -> Column:
    """The length in bytes."""
    return call("octet_length", col)


def overlay(
    src: ColumnOrName, replace: ColumnOrName, pos: ColumnOrName | int, len: ColumnOrName | int = -1
) -> Column:
    """The text with a part replaced."""
    return call(
        "overlay", src, replace, place("pos", pos), None if len is None else place("len", len)
    )


def position(substr: ColumnOrName, str: ColumnOrName, start: ColumnOrName | None = None) -> Column:
    """The position of a text in another."""
    return call("position", substr, str, *given(start))


def randstr(length: Column | int, seed: Column | int | None = None) -> Column:
    """Random text of a length."""
    return call("randstr", constant(length), *given(optional(seed)))


def repeat(col: ColumnOrName, n: ColumnOrName | int) -> Column:
    """The text several times."""
    return call("repeat", col, number(n))


def replace(src: ColumnOrName, search: ColumnOrName, replace: ColumnOrName | None = None) -> Column:
    """The text with another text replaced."""
    return call("replace", src, search, *given(replace))


def right(str: ColumnOrName, len: ColumnOrName) -> Column:
    """The last characters."""
    return call("right", str, len)


def rpad(col: ColumnOrName, len: Column | int, pad: Column | str) -> Column:
    """The text filled at the right to a length."""
    return call("rpad", col, constant(len), constant(pad))


def rtrim(col: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without blanks, or without the characters of `trim`, at the right."""
    return call("rtrim", *given(trim), col)


def startswith(str: ColumnOrName, prefix: ColumnOrName) -> Column:
    """Whether the text starts with another."""
    return call("startswith", str, prefix)


def substr(str: ColumnOrName, pos: ColumnOrName, len: ColumnOrName | None = None) -> Column:
    """The part of a text from a position, from 1."""
    return call("substr", str, pos, *given(len))


def substring(str: ColumnOrName, pos: ColumnOrName | int, len: ColumnOrName | int) -> Column:
    """The part of a text or of bytes from a position, from 1."""
    return call("substring", str, number(pos), number(len))


def substring_index(str: ColumnOrName, delim: str, count: int) -> Column:
    """The text before the `count`-th delimiter."""
    return call("substring_index", str, constant(delim), constant(count))


def translate(srcCol: ColumnOrName, matching: str, replace: str) -> Column:
    """The text with single characters replaced."""
    return call("translate", srcCol, constant(matching), constant(replace))


def trim(col: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without blanks, or without the characters of `trim`, at both ends."""
    return call("trim", *given(trim), col)


def ucase(str: ColumnOrName) -> Column:
    """The text in capitals."""
    return call("ucase", str)


def upper(col: ColumnOrName) -> Column:
    """The text in capitals."""
    return call("upper", col)


def chr(n: ColumnOrName) -> Column:
    """The character of a code."""
    return call("chr", n)
