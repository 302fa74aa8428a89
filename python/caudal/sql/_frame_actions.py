"""`DataFrame` methods that run the query or show something of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._missing import not_implemented
from caudal.errors import (
    IllegalArgumentException,
    PySparkImportError,
    PySparkValueError,
)
from caudal.sql._convert import not_expected, require
from caudal.sql._frame_base import FrameBase
from caudal.sql._progress import watched
from caudal.sql.types import Row, VariantType, VariantVal, _create_row
from caudal.sql.types._udt import maker
from caudal.storagelevel import StorageLevel

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from caudal.rdd import RDD
    from caudal.sql.dataframe import DataFrame

_EXPLAIN_MODES = ("simple", "extended", "codegen", "cost", "formatted")


class FrameActions(FrameBase):
    """Methods that run the query or show something of it."""

    _is_cached = False

    # Rows.

    def _watched(self, action: str) -> AbstractContextManager[None]:
        """A block in which an action runs that may take long: it gets a bar."""
        return watched(self._session, action)

    def _rows(self, limit: int | None = None) -> list[Row]:
        with self._watched("collect" if limit is None else "take"):
            return self._frame.collect(limit, _create_row)

    def collect(self) -> list[Row]:
        """All rows.

        Examples
        --------
        >>> spark.range(2).collect()
        [Row(id=0), Row(id=1)]
        """
        return self._rows()

    def take(self, num: int) -> list[Row]:
        """The first `num` rows."""
        require(num, int, "num", "int")
        if num < 0:
            return self._with(self._frame.limit(num)).collect()
        return self._rows(num)

    def head(self, n: int | None = None) -> Row | list[Row] | None:
        """The first row or None, or the first `n` rows as a list."""
        if n is not None:
            return self.take(n)
        rows = self._rows(1)
        return rows[0] if rows else None

    def first(self) -> Row | None:
        """The first row, or None."""
        rows = self._rows(1)
        return rows[0] if rows else None

    def tail(self, num: int) -> list[Row]:
        """The last `num` rows."""
        require(num, int, "num", "int")
        return self._rows()[-num:] if num > 0 else []

    def toLocalIterator(self, prefetchPartitions: bool = False) -> Iterator[Row]:
        """All rows, one after the other: only those are held that wait to be taken.

        `prefetchPartitions` says when Spark fetches rows from its executors; here the next
        ones are always computed ahead.

        Examples
        --------
        >>> sum(row.id for row in spark.range(4).toLocalIterator())
        6
        """
        require(prefetchPartitions, bool, "prefetchPartitions", "bool")
        rows = _native.local_rows(self._frame, _create_row)
        return itertools.chain.from_iterable(iter(rows.take, None))

    def count(self) -> int:
        """The number of rows."""
        with self._watched("count"):
            return self._frame.count()

    def isEmpty(self) -> bool:
        """Whether there is no row."""
        return not self._rows(1)

    def foreach(self, f: Callable[[Row], None]) -> None:
        """Calls `f` with each row, in this process."""
        for row in self._rows():
            f(row)

    def foreachPartition(self, f: Callable[[Iterator[Row]], None]) -> None:
        """Calls `f` with an iterator of each partition's rows, in this process."""
        self.rdd.foreachPartition(f)

    @property
    def rdd(self) -> RDD[Row]:
        """The rows as a small local RDD, read when it is used.

        Raises
        ------
        AnalysisException
            For a stream.
        """
        from caudal.rdd import RDD

        self._refuse_stream()
        count = _native.partitions(self._frame)
        if count == 1:
            return RDD(self._rows, self._session)
        return RDD(tuple, self._session, count, self._rows_of_partitions)

    def _rows_of_partitions(self) -> list[list[Row]]:
        with self._watched("collect"):
            return _native.collect_partitions(self._frame, _create_row)

    def _refuse_stream(self) -> None:
        """The error of asking a stream for its rows, at the call and not at the first row."""
        if self._frame.is_streaming:
            self._rows(0)

    # Text.

    def show(self, n: int = 20, truncate: bool | int = True, vertical: bool = False) -> None:
        """Prints the first rows as a table.

        Parameters
        ----------
        n
            Number of rows.
        truncate
            True for 20 characters a value, False for all, or a number of characters.
        vertical
            One line a value.

        Raises
        ------
        PySparkTypeError
            ``NOT_EXPECTED_TYPE`` for an argument of another type.
        """
        print(self._show_string(n, truncate, vertical))

    def _show_string(self, n: Any, truncate: Any, vertical: Any) -> str:
        require(n, int, "n", "int")
        require(vertical, bool, "vertical", "bool")
        if isinstance(truncate, bool):
            width = 20 if truncate else 0
        else:
            try:
                width = int(truncate)
            except ValueError:
                not_expected("truncate", "bool", truncate)
        with self._watched("show"):
            return self._frame.show_string(max(n, 0), max(width, 0), vertical)

    def printSchema(self, level: int | None = None) -> None:
        """Prints the columns and their types as a tree, to a depth of `level`."""
        if level is not None:
            require(level, int, "level", "int")
        print(self._frame.tree_string(level if level and level > 0 else None))

    def explain(self, extended: bool | str | None = None, mode: str | None = None) -> None:
        """Prints the query's plan.

        Parameters
        ----------
        extended
            True for all plans; or a mode.
        mode
            ``simple``, ``extended``, ``codegen``, ``cost`` or ``formatted``.

        Raises
        ------
        PySparkValueError
            For both at once (``CANNOT_SET_TOGETHER``).
        IllegalArgumentException
            For another mode.
        """
        print(self._frame.explain_string(_explain_mode(extended, mode)))

    # Other libraries.

    def toPandas(self) -> pandas.DataFrame:
        """All rows as a pandas frame; moments are on the session's clock, without a zone.

        Raises
        ------
        PySparkImportError
            Without pandas and pyarrow (``PACKAGE_NOT_INSTALLED``).
        """
        _require_package("pandas", "2.2.0")
        import pandas

        table = self.toArrow()
        frame = table.to_pandas(date_as_object=True, maps_as_pydicts="strict")
        zone = self._session.conf.get("spark.sql.session.timeZone")
        for position, field in enumerate(table.schema):
            if getattr(field.type, "tz", None) is not None:
                moments = frame.iloc[:, position].dt.tz_convert(zone).dt.tz_localize(None)
                frame.isetitem(position, moments)
        for position, column in enumerate(self._with(self._frame).schema.fields):
            if isinstance(column.dataType, VariantType):
                frame.isetitem(position, frame.iloc[:, position].map(_variant).astype(object))
            made = maker(column.dataType)
            if made is not None:
                values = [made(value) for value in table.column(position).to_pylist()]
                frame.isetitem(position, pandas.Series(values, index=frame.index, dtype=object))
        return frame

    def toArrow(self) -> pyarrow.Table:
        """All rows as a pyarrow table, without a copy."""
        _require_package("pyarrow", "18.0.0")
        import pyarrow

        with self._watched("toArrow"):
            return pyarrow.table(self._frame.to_arrow())

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows for any library that takes Arrow's C stream (polars, duckdb, pyarrow)."""
        stream: Any = self._frame.to_arrow()
        return stream.__arrow_c_stream__(requested_schema)

    # Cache.

    def cache(self) -> DataFrame:
        """Keeps the rows once they are computed. Returns this frame."""
        return self.persist()

    def persist(self, storageLevel: StorageLevel = StorageLevel.MEMORY_AND_DISK_DESER) -> DataFrame:
        """Keeps the rows, in memory, once they are computed. Returns this frame.

        Raises
        ------
        PySparkNotImplementedError
            For a level that keeps nothing (``StorageLevel.NONE``).
        """
        level = level_of(storageLevel, "DataFrame.persist")
        self._refuse_stream()
        self._frame.cache(level)
        self._is_cached = True
        return self._this()

    def unpersist(self, blocking: bool = False) -> DataFrame:
        """Lets the rows go. Returns this frame."""
        require(blocking, bool, "blocking", "bool")
        self._frame.unpersist()
        self._is_cached = False
        return self._this()

    def _this(self) -> Any:
        return self

    @property
    def is_cached(self) -> bool:
        """Whether this frame was asked to keep its rows."""
        return self._is_cached

    @property
    def storageLevel(self) -> StorageLevel:
        """How the rows are kept, by whichever frame asked for it."""
        level = self._frame.storage_level
        return StorageLevel.NONE if level is None else StorageLevel(*level)


def level_of(level: Any, asked: str) -> tuple[bool, bool, bool, bool, int]:
    """The parts of a storage level; `asked` is the call to name.

    Rows are kept once and in memory, whatever it says: there is no heap and no other machine,
    and what does not fit is the system's to page out.
    """
    if not isinstance(level, StorageLevel):
        raise TypeError("storageLevel must be of type pyspark.StorageLevel")
    if not (level.useMemory or level.useDisk):
        not_implemented(f"{asked}({level!r})")
    return (
        level.useDisk,
        level.useMemory,
        level.useOffHeap,
        level.deserialized,
        level.replication,
    )


def _explain_mode(extended: Any, mode: Any) -> str:
    if extended is not None and mode is not None:
        raise PySparkValueError(
            errorClass="CANNOT_SET_TOGETHER",
            messageParameters={"arg_list": "extended and mode"},
        )
    if mode is not None:
        require(mode, str, "mode", "str")
        chosen = mode
    elif extended is None or isinstance(extended, bool):
        chosen = "extended" if extended else "simple"
    else:
        require(extended, str, "extended", "bool or str")
        chosen = extended
    if chosen.lower() not in _EXPLAIN_MODES:
        names = ", ".join(f"'{name}'" for name in _EXPLAIN_MODES)
        raise IllegalArgumentException(
            f"Unknown explain mode: {chosen}. Accepted explain modes are {names}."
        )
    return str(chosen).lower()


def _variant(parts: dict[str, bytes] | None) -> VariantVal | None:
    return None if parts is None else VariantVal(parts["value"], parts["metadata"])


def _require_package(name: str, minimum: str) -> None:
    import importlib.util

    if importlib.util.find_spec(name) is None:
        raise PySparkImportError(
            errorClass="PACKAGE_NOT_INSTALLED",
            messageParameters={"package_name": name, "minimum_version": minimum},
        )
