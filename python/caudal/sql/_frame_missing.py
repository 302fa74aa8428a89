"""`DataFrame` methods that are not there yet: each raises an error that names it.

A method moves from here to the module of its family when it is built.
"""

from __future__ import annotations

from typing import Any

from caudal._missing import not_implemented
from caudal.sql._frame_base import FrameBase


class FrameMissing(FrameBase):
    """Methods that are not there yet."""

    def mergeInto(self, table: Any, condition: Any) -> Any:
        """A merge into a table (not there yet)."""
        not_implemented("DataFrame.mergeInto")

    def pandas_api(self, index_col: Any = None) -> Any:
        """The frame with the API of pandas (not there yet)."""
        not_implemented("DataFrame.pandas_api")
