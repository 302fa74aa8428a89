"""``{name}`` in SQL text: frames become views, columns their names, values literals."""

from __future__ import annotations

import string
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from caudal.sql.column import Column
from caudal.sql.dataframe import DataFrame

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession


class _Formatter(string.Formatter):
    def __init__(self) -> None:
        self.views: list[tuple[DataFrame, str]] = []

    def get_field(
        self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> tuple[Any, Any]:
        value, used = super().get_field(field_name, args, kwargs)
        return self._as_sql(value, field_name), used

    def _as_sql(self, value: Any, field: str) -> Any:
        if isinstance(value, DataFrame):
            return self._view(value)
        if isinstance(value, Column):
            return _column_name(value, field)
        if isinstance(value, str):
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return value

    def _view(self, frame: DataFrame) -> str:
        for known, name in self.views:
            if known is frame:
                return name
        name = f"_caudal_{uuid.uuid4().hex}"
        frame.createOrReplaceTempView(name)
        self.views.append((frame, name))
        return name


def _column_name(column: Column, field: str) -> str:
    from caudal.errors import PySparkValueError

    text = column._expr.text()
    if not text.replace(".", "").replace("_", "").isalnum() or text[:1].isdigit():
        raise PySparkValueError(
            errorClass="VALUE_NOT_PLAIN_COLUMN_REFERENCE",
            messageParameters={"val": str(column), "field_name": field},
        )
    return ".".join(f"`{part}`" for part in text.split("."))


@contextmanager
def format_sql(session: SparkSession, text: str, values: dict[str, Any]) -> Iterator[str]:
    """The text with `values` put in; their views are gone afterwards."""
    formatter = _Formatter()
    try:
        yield formatter.vformat(text, (), values)
    finally:
        for _, name in formatter.views:
            session._native.drop_temp_view(name)
