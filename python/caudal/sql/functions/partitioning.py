"""How a table is partitioned; for `DataFrameWriterV2.partitionedBy`.

Each function names itself to the compiled core, which looks it up when a frame uses the column.
"""

from __future__ import annotations

from caudal.sql._convert import not_expected
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call
from caudal.sql.functions.normal import lit

__all__ = [
    "years",
    "months",
    "days",
    "hours",
    "bucket",
]


def years(col: ColumnOrName) -> Column:
    """Partition by year, for tables."""
    return call("years", col)


def months(col: ColumnOrName) -> Column:
    """Partition by month, for tables."""
    return call("months", col)


def days(col: ColumnOrName) -> Column:
    """Partition by day, for tables."""
    return call("days", col)


def hours(col: ColumnOrName) -> Column:
    """Partition by hour, for tables."""
    return call("hours", col)


def bucket(numBuckets: Column | int, col: ColumnOrName) -> Column:
    """Partition by hash into buckets, for tables."""
    if not isinstance(numBuckets, (int, Column)):
        not_expected("numBuckets", "Column or int", numBuckets)
    return call("bucket", lit(numBuckets), col)
