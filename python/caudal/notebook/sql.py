"""The text of a ``%sql`` cell: its statements, and the notebook's variables in it.

``{name}`` is a parameter: the variable's value, never text that is put into the query, so that a
string with a quote in it is that string. Where a table's name stands it is that name, by way of
``IDENTIFIER(:name)``. A frame is a view for the query's time, and so is ``_sqldf``, which needs no
braces. ``:name`` is a widget's value. Within quotes and comments all of these are text.
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


def with_last(
    session: SparkSession, statement: Statement, namespace: Mapping[str, Any]
) -> Statement:
    """The statement with ``{_sqldf}`` where it reads from ``_sqldf``, if that is the notebook's
    frame rather than a table."""
    of_last = _each_piece(
        statement.text, lambda piece: piece[0], lambda text: _LAST.sub(_in_braces, text)
    )
    is_frame = isinstance(namespace.get("_sqldf"), DataFrame)
    if of_last == statement.text or not is_frame or session.catalog.tableExists("_sqldf"):
        return statement
    return statements(of_last)[0]


def run(
    session: SparkSession,
    statement: Statement,
    namespace: Mapping[str, Any],
    widgets: Mapping[str, str] = {},
) -> DataFrame:
    """The frame of a statement; `widgets` are what its ``:name`` may mean.

    Raises
    ------
    PySparkValueError
        For ``{name}`` where there is no such variable, or where it is a column, or where
        ``:name`` is in the same statement.
    ParseException, AnalysisException
        As `SparkSession.sql`.
    """
    for name in statement.variables:
        _check(name, namespace)
    used = {name: namespace[name] for name in statement.variables}
    frames = {name: value for name, value in used.items() if isinstance(value, DataFrame)}
    values = {name: value for name, value in used.items() if name not in frames}
    marked = _marked(statement.text) & widgets.keys()
    for name in sorted(marked & used.keys()):
        raise PySparkValueError(
            f"%sql has both {{{name}}}, the notebook's variable, and :{name}, its widget. "
            "Give the variable another name."
        )
    values.update({name: widgets[name] for name in marked})
    tables = {
        place for place in _places_of_tables(statement.text) if isinstance(used[place[0]], str)
    }
    # With frames the text is read once more, for their names in braces: the others are doubled.
    as_written = _doubled if frames else str

    def replaced(piece: re.Match[str]) -> str:
        name = (piece["variable"] or "")[1:-1]
        if name in frames:
            return piece[0]
        if (name, piece.start()) in tables:
            return f"IDENTIFIER(:{name})"
        return f":{name}" if name else as_written(piece[0])

    return session.sql(_each_piece(statement.text, replaced, as_written), values or None, **frames)


# The frame of the last cell where it is read from, or where its columns are named by it.
_LAST = re.compile(r"(?<![\w.`:])_sqldf(?=\s*\.)|\b(from|join)(\s+)_sqldf\b", re.IGNORECASE)
# A parameter: neither a cast (``::int``) nor a path into a variant (``v:name``).
_MARK = re.compile(r"(?<![\w:\])])\s*:([A-Za-z_]\w*)")


def _in_braces(found: re.Match[str]) -> str:
    return f"{found[1] or ''}{found[2] or ''}{{_sqldf}}"


def _marked(text: str) -> set[str]:
    """The names of Spark's own parameters in a text."""
    found: set[str] = set()

    def between(part: str) -> str:
        found.update(_MARK.findall(part))
        return part

    _each_piece(text, lambda piece: "", between)
    return found


# Words that a table's name follows, and functions that say FROM within their parentheses.
_BEFORE_TABLES = frozenset(
    "from join table into overwrite view exists update describe desc refresh".split()
)
_WITH_FROM = frozenset("extract trim substring substr overlay".split())
_TOKEN = re.compile(r"[A-Za-z_]\w*|\S")


def _places_of_tables(text: str) -> set[tuple[str, int]]:
    """The variables of a text that stand where a table's name does, each with its place."""
    found: set[tuple[str, int]] = set()
    begin = 0
    tokens: list[str] = []
    # The word before each parenthesis that is open.
    opened: list[str] = []
    for piece in _PIECE.finditer(text):
        for token in _TOKEN.findall(text[begin : piece.start()].lower()):
            if token == "(":
                opened.append(tokens[-1] if tokens else "")
            elif token == ")" and opened:
                opened.pop()
            tokens.append(token)
        begin = piece.end()
        if piece["variable"]:
            within = opened[-1] if opened else ""
            is_table = _names_table(tokens) and within not in _WITH_FROM
            if is_table:
                found.add((piece["variable"][1:-1], piece.start()))
            tokens.append("{table}" if is_table else "{value}")
        elif piece["quoted"]:
            tokens.append("name" if piece[0].startswith("`") else "'text'")
    return found


def _names_table(before: list[str]) -> bool:
    """Whether a table's name goes on after these tokens."""
    end = len(before)
    while end > 1 and before[end - 1] == ".":
        end -= 2
    last = before[end - 1] if end else ""
    if last == ",":
        return end > 1 and before[end - 2] == "{table}"
    return last in _BEFORE_TABLES


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
