"""Functions that give a table: not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal._missing import not_implemented

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

__all__ = ["TableValuedFunction"]


class TableValuedFunction:
    """Functions that give a table (not there yet)."""

    def __init__(self, sparkSession: SparkSession):
        not_implemented("TableValuedFunction")

    def collations(self) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.collations")

    def explode(self, collection: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.explode")

    def explode_outer(self, collection: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.explode_outer")

    def inline(self, input: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.inline")

    def inline_outer(self, input: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.inline_outer")

    def json_tuple(self, input: Any, *fields: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.json_tuple")

    def posexplode(self, collection: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.posexplode")

    def posexplode_outer(self, collection: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.posexplode_outer")

    def python_worker_logs(self) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.python_worker_logs")

    def range(self, start: Any, end: Any = None, step: Any = 1, numPartitions: Any = None) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.range")

    def sql_keywords(self) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.sql_keywords")

    def stack(self, n: Any, *fields: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.stack")

    def variant_explode(self, input: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.variant_explode")

    def variant_explode_outer(self, input: Any) -> Any:
        """Not there yet."""
        not_implemented("TableValuedFunction.variant_explode_outer")
