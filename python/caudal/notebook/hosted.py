"""Short names that a hosted notebook has beside ``spark`` and ``dbutils``: ``sql``, ``table``,
``getArgument``, ``udf``, and ``df.display()``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from caudal.notebook.display import display
from caudal.notebook.session import current
from caudal.sql.dataframe import DataFrame
from caudal.sql.functions import udf

__all__ = ["frames_display", "functions"]


def functions(shell: Any) -> dict[str, Callable[..., Any]]:
    """The functions, by name; they mean the notebook's own session, whichever that is by then."""

    def sql(sqlQuery: str, *args: Any, **named: Any) -> DataFrame:
        """`SparkSession.sql` of the notebook's session."""
        return current(shell.user_ns).sql(sqlQuery, *args, **named)

    def table(tableName: str) -> DataFrame:
        """`SparkSession.table` of the notebook's session."""
        return current(shell.user_ns).table(tableName)

    def getArgument(name: str, defaultValue: str | None = None) -> str:
        """The value of a widget: `dbutils.widgets.get`, or `defaultValue` where there is none."""
        widgets = shell.user_ns["dbutils"].widgets
        if defaultValue is None:
            return str(widgets.get(name))
        return str(widgets.getArgument(name, defaultValue))

    return {"sql": sql, "table": table, "getArgument": getArgument, "udf": udf}


def frames_display(are_there: bool) -> None:
    """Whether frames have ``df.display()``: PySpark's own do not, and in a program none has it."""
    if are_there:
        DataFrame.display = _display  # type: ignore[attr-defined]
    elif "display" in vars(DataFrame):
        del DataFrame.display  # type: ignore[attr-defined]


def _display(self: DataFrame, **options: Any) -> Any:
    """`display` of this frame, with its options."""
    return display(self, **options)
