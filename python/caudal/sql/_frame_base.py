"""What every part of `DataFrame` stands on: the native frame, the session, and checks.

`DataFrame` is put together from the `_frame_…` modules, each a family of methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.sql.column import Column

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.session import SparkSession


def quoted(name: str) -> str:
    """A column's name in backquotes, so that a dot in it is a dot."""
    return "`" + name.replace("`", "``") + "`"


class FrameBase:
    """The state of a `DataFrame`."""

    _frame: _native.Frame
    _session: SparkSession
    _is_single: bool = False

    def _with(self, frame: _native.Frame) -> DataFrame:
        """A frame of the same session."""
        from caudal.sql.dataframe import DataFrame

        return DataFrame(frame, self._session)

    def _native_of(self, other: Any) -> _native.Frame:
        if not isinstance(other, FrameBase):
            # PySpark hands any object on and trips over what it has not: the same error here.
            raise AttributeError(f"'{type(other).__name__}' object has no attribute '_jdf'")
        return other._frame

    def _column_at(self, position: int) -> Column:
        """The column at a position, negative from the end; IndexError beyond."""
        return Column(self._frame.column(quoted(self._frame.columns[position])))
