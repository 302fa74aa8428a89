"""The part of a table that is shown: columns, cells as text, and what was left out.

The engine writes the text of each value, so that a cell reads as ``show`` prints it: decimals
with all their digits, moments on the session's clock, years that Python cannot hold. Nested
values are JSON, which keeps the names of their fields. Knows neither HTML nor notebooks.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from caudal.errors import AnalysisException
from caudal.sql import functions as F
from caudal.sql.column import Column as Expression
from caudal.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    DataType,
    DateType,
    MapType,
    NumericType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
)

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

Cells = list["str | None"]

MOST_IN_A_CELL = 2_000
"""Characters of one value."""
MOST_IN_A_PAGE = 4_000_000
"""Characters of all rows, as HTML: what browsers and notebook files bear."""
_MARKUP_OF_A_CELL = 9
_MOMENTS = "yyyy-MM-dd HH:mm:ss.SSSSSS"
_JSON = {
    "timestampFormat": _MOMENTS,
    "timestampNTZFormat": _MOMENTS,
    "ignoreNullFields": "false",
}


@dataclasses.dataclass(frozen=True)
class Heading:
    """A column: its name, its type, and what it is to a chart.

    `kind` is ``number``, ``time``, ``window`` (a struct of two moments), ``boolean`` or ``text``.
    """

    name: str
    type: str
    kind: str


@dataclasses.dataclass
class Page:
    """Rows as text under their headings; None is null.

    `first` is the number of rows before these; `is_cut` says that there are more; `grows`, that
    new ones come at the end; `chart_note`, what its chart is of where it is not of these rows.
    """

    headings: list[Heading]
    rows: list[Cells]
    schema: str = ""
    is_cut: bool = False
    first: int = 0
    grows: bool = False
    chart_note: str | None = None

    @property
    def rows_said(self) -> str:
        """How many rows these are, and of how many."""
        count = len(self.rows)
        rows = f"{count:,} {'row' if count == 1 else 'rows'}"
        if self.first:
            return f"the last {rows} of {self.first + count:,}"
        return f"the first {rows}: there are more" if self.is_cut else rows

    @property
    def chart_said(self) -> str:
        """What a chart of these rows is of, where there are others; else nothing."""
        return "the chart is of these rows" if self.first or self.is_cut else ""

    @property
    def note(self) -> str:
        """The line below the table: its rows, and what its chart is of."""
        return "; ".join(filter(None, [self.rows_said, self.chart_note or self.chart_said]))


def headings_of(schema: StructType) -> list[Heading]:
    """The columns of a schema."""
    return [Heading(f.name, f.dataType.simpleString(), kind_of(f.dataType)) for f in schema.fields]


def kind_of(of: DataType) -> str:
    """What a type is to a chart."""
    if isinstance(of, NumericType):
        return "number"
    if isinstance(of, (TimestampType, TimestampNTZType, DateType)):
        return "time"
    if isinstance(of, StructType) and of.names == ["start", "end"]:
        moments = (TimestampType, TimestampNTZType)
        return "window" if all(isinstance(f.dataType, moments) for f in of.fields) else "text"
    return "boolean" if isinstance(of, BooleanType) else "text"


def texts(frame: DataFrame) -> DataFrame:
    """The frame with every value as text, under names that do not repeat."""
    types = [field.dataType for field in frame.schema.fields]
    names = [f"c{position}" for position in range(len(types))]
    renamed = frame.toDF(*names)
    plain = [_text(F.col(name), of) for name, of in zip(names, types, strict=True)]
    try:
        return renamed.select(*plain)
    except AnalysisException:  # a nested value that JSON does not take
        cast = [F.col(name).cast("string") for name in names]
        return renamed.select(*cast)


def page_of(frame: DataFrame, limit: int) -> Page:
    """The first rows of a frame: no more of it is computed than they need."""
    schema = frame.schema
    rows = texts(frame)._rows(limit + 1) if schema.fields else frame._rows(limit + 1)
    page = Page(headings_of(schema), [], schema.treeString())
    page.rows, is_fit = _fit([list(row) for row in rows[:limit]])
    page.is_cut = not is_fit or len(rows) > limit
    return page


def _fit(rows: list[Cells]) -> tuple[list[Cells], bool]:
    """As many rows as a page bears, and whether that is all of them."""
    size = 0
    for position, row in enumerate(rows):
        size += sum(_MARKUP_OF_A_CELL + len(cell or "") for cell in row)
        if size > MOST_IN_A_PAGE and position:
            return rows[:position], False
    return rows, True


def _text(value: Expression, of: DataType) -> Expression:
    if isinstance(of, BinaryType):
        return _binary(value)
    if kind_of(of) == "window":
        # There is no text in it that could look like a moment's empty fraction.
        return F.regexp_replace(F.to_json(value, _JSON), r"\.000000", "")
    if isinstance(of, (ArrayType, MapType, StructType)):
        return _cut(F.to_json(value, _JSON), "characters")
    text = value.cast("string")
    return _cut(text, "characters") if isinstance(of, StringType) else text


def _cut(text: Expression, unit: str) -> Expression:
    length = F.length(text)
    short = F.concat(F.substring(text, 1, MOST_IN_A_CELL), F.lit("… ("), length, F.lit(f" {unit})"))
    return F.when(length > MOST_IN_A_CELL, short).otherwise(text)


def _binary(value: Expression) -> Expression:
    """Bytes as ``show`` has them: ``[41 0A]``."""
    most = MOST_IN_A_CELL // 4
    digits = F.hex(F.substring(value, 1, most))
    spaced = F.concat(F.lit("["), F.rtrim(F.regexp_replace(digits, "(..)", "$1 ")), F.lit("]"))
    length = F.octet_length(value)
    short = F.concat(spaced, F.lit("… ("), length, F.lit(" bytes)"))
    return F.when(length > most, short).otherwise(spaced)


# Rows that are no frame: what `dbutils.fs.ls` and `collect` answer.


def page_of_rows(values: Sequence[Any], limit: int) -> Page | None:
    """Rows, dictionaries or records as a page; None for a list of anything else."""
    names = _names(values[0]) if values else None
    if names is None or any(_names(value) is None for value in values[:limit]):
        return None
    columns = list(names)
    for value in values[:limit]:
        columns += [name for name in _names(value) or () if name not in columns]
    records = [_record(value) for value in values[:limit]]
    kinds = [_kind(record.get(name) for record in records) for name in columns]
    page = Page([Heading(n, t, k) for n, (t, k) in zip(columns, kinds, strict=True)], [])
    page.rows, is_fit = _fit([[_said(r.get(name)) for name in columns] for r in records])
    page.is_cut = not is_fit or len(values) > limit
    return page


def _names(value: Any) -> Sequence[str] | None:
    if isinstance(value, dict):
        return [str(name) for name in value]
    if isinstance(value, tuple):
        return getattr(value, "_fields", None) or getattr(value, "__fields__", None)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [field.name for field in dataclasses.fields(value)]
    return None


def _record(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return {str(name): part for name, part in value.items()}
    names = _names(value) or ()
    parts = value if isinstance(value, tuple) else [getattr(value, name) for name in names]
    return dict(zip(names, parts, strict=True))


def _kind(values: Iterable[Any]) -> tuple[str, str]:
    types = {type(value) for value in values if value is not None}
    name = " or ".join(sorted(of.__name__ for of in types))
    numbers = all(issubclass(of, (int, float)) or of.__name__ == "Decimal" for of in types)
    if types == {bool}:
        return name, "boolean"
    if types and numbers and bool not in types:
        return name, "number"
    return name, "time" if name in ("datetime", "date") else "text"


def _said(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, (dict, list, tuple)):
        text = json.dumps(value, default=str, ensure_ascii=False)
    elif isinstance(value, (bytes, bytearray)):
        text = f"[{value[: MOST_IN_A_CELL // 4].hex(' ').upper()}]"
    else:
        text = str(value)
    if len(text) <= MOST_IN_A_CELL:
        return text
    return f"{text[:MOST_IN_A_CELL]}… ({len(text)} characters)"
