"""The text of a ``%sql`` cell: its statements, and the notebook's variables in it.

``{name}`` is a parameter: the variable's value, never text that is put into the query, so that a
string with a quote in it is that string. A frame is a view for the query's time. Within quotes
and comments braces are braces, as Spark's own ``:name`` is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from caudal.errors import PySparkValueError
from caudal.sql.column import Column
from caudal.sql.dataframe import DataFrame

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

__all__ = ["Statement", "run", "statements"]

_PIECE = re.compile(
    r"""
    (?P<quoted>'(?:\\.|''|[^'\\])*' | "(?:\\.|""|[^"\\])*" | `(?:``|[^`])*`)
  | (?P<comment>--[^\n]* | /\*.*?\*/)
  | (?P<variable>\{[A-Za-z_]\w*\})
  | (?P<end>;)
    """,
    re.VERBOSE | re.DOTALL,
)
_IN_QUOTES = re.compile(r"\{([A-Za-z_]\w*)\}")


@dataclass
class Statement:
    """One statement of a cell."""

    text: str
    # The variables that are parameters of it, and those that its quoted texts seem to mean.
    variables: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)


def statements(text: str) -> list[Statement]:
    """The statements of a text, which semicolons part.

    Examples
    --------
    >>> [s.text for s in statements("select ';' -- one; only\\n; select {n}")]
    ["select ';' -- one; only", 'select {n}']
    >>> statements("select {n}")[0].variables
    ['n']
    """
    found = [Statement("")]
    begin = 0
    for piece in _PIECE.finditer(text):
        last = found[-1]
        if piece["variable"]:
            last.variables.append(piece["variable"][1:-1])
        elif piece["quoted"]:
            last.quoted.extend(_IN_QUOTES.findall(piece["quoted"]))
        elif piece["end"]:
            last.text = text[begin : piece.start()].strip()
            begin = piece.end()
            found.append(Statement(""))
    found[-1].text = text[begin:].strip()
    return [statement for statement in found if _says_something(statement.text)]


def _says_something(text: str) -> bool:
    without = _PIECE.sub(lambda m: "" if m["comment"] else m[0], text)
    return bool(without.strip())


def run(session: SparkSession, statement: Statement, namespace: Mapping[str, Any]) -> DataFrame:
    """The frame of a statement.

    Raises
    ------
    PySparkValueError
        For ``{name}`` where there is no such variable, or where it is a column.
    ParseException, AnalysisException
        As `SparkSession.sql`.
    """
    for name in statement.variables:
        _check(name, namespace)
    used = {name: namespace[name] for name in statement.variables}
    frames = {name: value for name, value in used.items() if isinstance(value, DataFrame)}
    values = {name: value for name, value in used.items() if name not in frames}
    # With frames the text is read once more, for their names in braces: the others are doubled.
    as_written = _doubled if frames else str

    def replaced(piece: re.Match[str]) -> str:
        name = (piece["variable"] or "")[1:-1]
        if name in frames:
            return piece[0]
        return f":{name}" if name else as_written(piece[0])

    return session.sql(_each_piece(statement.text, replaced, as_written), values or None, **frames)


def _each_piece(
    text: str, piece_as: Callable[[re.Match[str]], str], between_as: Callable[[str], str]
) -> str:
    out, begin = [], 0
    for piece in _PIECE.finditer(text):
        out += [between_as(text[begin : piece.start()]), piece_as(piece)]
        begin = piece.end()
    return "".join([*out, between_as(text[begin:])])


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _check(name: str, namespace: Mapping[str, Any]) -> None:
    if name not in namespace:
        raise PySparkValueError(
            f"{{{name}}} in %sql is the notebook's variable {name}, which is not there. "
            f"Give {name} a value in a cell before."
        )
    if isinstance(namespace[name], Column):
        raise PySparkValueError(
            f"{{{name}}} in %sql is a Column; only values and DataFrames can be given. "
            "Use spark.sql(…, **columns) for columns."
        )
