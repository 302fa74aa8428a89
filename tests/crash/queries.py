"""The queries with state that the crash tests kill: one row of ``QUERIES`` each.

To add an operator, add a row: its mode and what it makes of a stream (or of two: the
events have the columns ``t`` TIMESTAMP, ``k`` STRING, ``v`` LONG). Every batch's rows must
depend on the batches so far only, not on the clock. Imports nothing at the top: the
tests ask for the names in a process that runs no query.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SCHEMA = "t TIMESTAMP, k STRING, v LONG"


@dataclass(frozen=True)
class Query:
    mode: str
    build: Callable[..., Any]
    """Of the streams over the folders: as many parameters as it has."""
    folders: int = 1


def marked(df: Any, delay: str = "20 seconds") -> Any:
    return df.withWatermark("t", delay)


def sums(df: Any) -> Any:
    from pyspark.sql import functions as F

    return df.groupBy("k").agg(F.count("*").alias("n"), F.sum("v").alias("s"))


def windows(df: Any) -> Any:
    from pyspark.sql import functions as F

    return marked(df).groupBy(F.window("t", "10 seconds"), "k").agg(F.sum("v").alias("s"))


def windows_of_distinct(df: Any) -> Any:
    from pyspark.sql import functions as F

    distinct = marked(df).dropDuplicates(["k", "t"])
    return distinct.groupBy(F.window("t", "10 seconds")).count()


def sessions(df: Any) -> Any:
    from pyspark.sql import functions as F

    gap = F.session_window("t", "5 seconds")
    return marked(df).groupBy(gap, "k").agg(F.count("*").alias("n"), F.sum("v").alias("s"))


def pairs(kind: str) -> Callable[[Any, Any], Any]:
    """A join by key of rows that are at most five seconds apart."""

    def join(left: Any, right: Any) -> Any:
        from pyspark.sql import functions as F

        left = marked(left).select("t", "k", "v")
        right = marked(right).select(
            F.col("t").alias("rt"), F.col("k").alias("rk"), F.col("v").alias("rv")
        )
        near = "k = rk AND rt BETWEEN t - INTERVAL 5 SECONDS AND t + INTERVAL 5 SECONDS"
        return left.join(right, F.expr(near), kind)

    return join


def counted(key: tuple[Any, ...], frames: Any, state: Any) -> Any:
    """A running count and sum of a key, kept in its state."""
    import pandas

    count, total = state.get if state.exists else (0, 0)
    for frame in frames:
        count, total = count + len(frame), total + int(frame["v"].sum())
    state.update((count, total))
    yield pandas.DataFrame({"k": [key[0]], "n": [count], "s": [total]})


def with_state(df: Any) -> Any:
    return df.groupBy("k").applyInPandasWithState(
        counted, "k STRING, n LONG, s LONG", "n LONG, s LONG", "update", "NoTimeout"
    )


QUERIES: dict[str, Query] = {
    "stateless": Query("append", lambda df: df.where("v % 3 > 0")),
    "aggregation-update": Query("update", sums),
    "aggregation-complete": Query("complete", sums),
    "aggregation-append": Query("append", windows),
    "dropDuplicates": Query("append", lambda df: df.dropDuplicates(["k", "v"])),
    "dropDuplicates-watermark": Query("append", lambda df: marked(df).dropDuplicates(["k", "t"])),
    "dropDuplicatesWithinWatermark": Query(
        "append", lambda df: marked(df).dropDuplicatesWithinWatermark(["k"])
    ),
    "limit": Query("append", lambda df: df.limit(100)),
    "chain": Query("append", windows_of_distinct),
    "session": Query("append", sessions),
    "join-inner": Query("append", pairs("inner"), folders=2),
    "join-left": Query("append", pairs("left_outer"), folders=2),
    "functions-with-state": Query("update", with_state),
}
