"""Merges into tables: not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal._missing import not_implemented

if TYPE_CHECKING:
    from caudal.sql.column import Column
    from caudal.sql.dataframe import DataFrame

__all__ = ["MergeIntoWriter"]


class MergeIntoWriter:
    """A merge of a frame into a table (not there yet)."""

    def __init__(self, df: DataFrame, table: str, condition: Column):
        not_implemented("MergeIntoWriter")

    def WhenMatched(writer: Any, condition: Any) -> Any:
        """Not there yet."""
        not_implemented("MergeIntoWriter.WhenMatched")

    def WhenNotMatched(writer: Any, condition: Any) -> Any:
        """Not there yet."""
        not_implemented("MergeIntoWriter.WhenNotMatched")

    def WhenNotMatchedBySource(writer: Any, condition: Any) -> Any:
        """Not there yet."""
        not_implemented("MergeIntoWriter.WhenNotMatchedBySource")

    def merge(self) -> Any:
        """Not there yet."""
        not_implemented("MergeIntoWriter.merge")

    def whenMatched(self, condition: Any = None) -> Any:
        """Not there yet."""
        not_implemented("MergeIntoWriter.whenMatched")

    def whenNotMatched(self, condition: Any = None) -> Any:
        """Not there yet."""
        not_implemented("MergeIntoWriter.whenNotMatched")

    def whenNotMatchedBySource(self, condition: Any = None) -> Any:
        """Not there yet."""
        not_implemented("MergeIntoWriter.whenNotMatchedBySource")

    def withSchemaEvolution(self) -> Any:
        """Not there yet."""
        not_implemented("MergeIntoWriter.withSchemaEvolution")
