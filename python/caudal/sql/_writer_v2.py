"""`DataFrameWriterV2`: tables made of frames; ``df.writeTo(table)``.

The tables of the warehouse are what Spark calls tables of its first kind: this writer makes them,
and what changes one that is there is refused, as in Spark (``df.write`` does that).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NoReturn

from caudal.errors._native import _from_native, analysis_error
from caudal.sql._clusters import check_clusters
from caudal.sql._convert import column_expr
from caudal.sql._options import Options

if TYPE_CHECKING:
    from caudal.errors import PySparkException
    from caudal.sql.column import Column
    from caudal.sql.dataframe import DataFrame

_CALL = re.compile(r"(\w+)\((.*)\)")
_BUCKET = re.compile(r"bucket\((-?\d+), (.+)\)")
_PARTS_OF_TIMES = ("years", "months", "days", "hours")


def _refused(condition: str, text: str, parameters: dict[str, str]) -> PySparkException:
    message = f"[{condition}] {text} SQLSTATE: 0A000"
    return _from_native(
        "UnsupportedOperationException", message, condition, parameters, "0A000", None
    )


class DataFrameWriterV2:
    """Makes a table of a frame's rows.

    Examples
    --------
    >>> spark.range(3).writeTo("three").using("parquet").create()
    >>> spark.table("three").count()
    3
    >>> spark.catalog.dropTable("three")
    """

    def __init__(self, df: DataFrame, table: str):
        self._df = df
        self._table = table
        self._provider: str | None = None
        self._parts: list[str] = []
        self._clusters: list[str] = []
        self._properties: dict[str, str] = {}
        self._options = Options()

    def using(self, provider: str) -> DataFrameWriterV2:
        """The format of the table; ``spark.sql.sources.default`` without it."""
        self._provider = provider
        return self

    def option(self, key: str, value: Any) -> DataFrameWriterV2:
        """Sets an option of the format."""
        self._options.set(key, value)
        return self

    def options(self, **options: Any) -> DataFrameWriterV2:
        """Sets several options of the format."""
        for key, value in options.items():
            self._options.set(key, value)
        return self

    def tableProperty(self, property: str, value: str) -> DataFrameWriterV2:
        """Sets a property of the table, which ``SHOW TBLPROPERTIES`` tells."""
        self._properties[property] = value
        return self

    def clusterBy(self, col: str, *cols: str) -> DataFrameWriterV2:
        """Columns by which the table would like its files to be: kept, and told of it."""
        self._clusters = [col, *cols]
        return self

    def partitionedBy(self, col: Column, *cols: Column) -> DataFrameWriterV2:
        """How the table is partitioned; the last call counts.

        Parameters
        ----------
        col, cols
            Columns, of which each value has a folder, and ``partitioning.bucket(n, column)``.
            Parts of times (``partitioning.days``) are refused by :meth:`create`, as Spark
            refuses them for tables of files.
        """
        self._parts = [column_expr(part).text() for part in (col, *cols)]
        return self

    def _partitioned(self) -> tuple[list[str], tuple[int, list[str], list[str]] | None]:
        """The columns with folders, and the buckets."""
        columns: list[str] = []
        buckets: list[tuple[int, list[str], list[str]]] = []
        for text in self._parts:
            call = None if text in self._df.columns else _CALL.fullmatch(text)
            if call is None and "(" not in text:
                columns.append(text)
            elif call is not None and (found := _BUCKET.fullmatch(text)):
                buckets.append((int(found[1]), found[2].split(", "), []))
            elif call is not None and call[1] in _PARTS_OF_TIMES:
                raise _refused(
                    "UNSUPPORTED_PARTITION_TRANSFORM",
                    f"Unsupported partition transform: `{text}`. The supported transforms are "
                    "`identity`, `bucket`, and `clusterBy`. Ensure your transform expression "
                    "uses one of these.",
                    {"transform": f"`{text}`"},
                )
            else:
                raise _from_native(
                    "AnalysisException",
                    f"Invalid partition transformation: {text}.",
                    "_LEGACY_ERROR_TEMP_1316",
                    {"expr": text},
                    None,
                    None,
                )
        if len(buckets) > 1:
            raise _refused(
                "UNSUPPORTED_FEATURE.MULTIPLE_BUCKET_TRANSFORMS",
                "The feature is not supported: Multiple bucket TRANSFORMs.",
                {},
            )
        return columns, buckets[0] if buckets else None

    def create(self) -> None:
        """Makes the table, with the rows in it.

        Raises
        ------
        AnalysisException
            If there is a table of that name (``TABLE_OR_VIEW_ALREADY_EXISTS``), or it cannot
            be partitioned so.
        """
        columns, buckets = self._partitioned()
        check_clusters(self._clusters, columns, buckets)
        chosen = self._provider or self._df.sparkSession.conf.get("spark.sql.sources.default")
        with self._df._watched("write"):
            self._df._frame.write_table(
                self._table,
                str(chosen),
                "errorifexists",
                self._options.all(),
                columns,
                self._df._is_single,
                buckets=buckets,
                cluster_by=self._clusters,
                properties=self._properties,
            )

    def replace(self) -> None:
        """Makes a table in place of another: refused, as in Spark.

        Raises
        ------
        AnalysisException
            Always (``UNSUPPORTED_FEATURE.TABLE_OPERATION``).
        """
        self._refuse_to_replace()

    def createOrReplace(self) -> None:
        """Makes a table, in place of another if there is one: refused, as in Spark.

        Raises
        ------
        AnalysisException
            Always (``UNSUPPORTED_FEATURE.TABLE_OPERATION``).
        """
        self._refuse_to_replace()

    def append(self) -> None:
        """Adds the rows to a table: refused, as in Spark; ``df.write.insertInto`` does it.

        Raises
        ------
        AnalysisException
            Always: ``TABLE_OR_VIEW_NOT_FOUND``, or of a table that it cannot be written into.
        """
        self._refuse_to_change()

    def overwrite(self, condition: Column) -> None:
        """Replaces rows of a table: refused, as in Spark; see :meth:`append`."""
        self._refuse_to_change()

    def overwritePartitions(self) -> None:
        """Replaces partitions of a table: refused, as in Spark; see :meth:`append`."""
        self._refuse_to_change()

    def _full_name(self) -> str:
        return f"`spark_catalog`.`default`.`{self._table.rpartition('.')[2].strip('`')}`"

    def _refuse_to_replace(self) -> NoReturn:
        operation, name = "REPLACE TABLE AS SELECT", self._full_name()
        raise analysis_error(
            "UNSUPPORTED_FEATURE.TABLE_OPERATION",
            f"The feature is not supported: Table {name} does not support {operation}. Please "
            "check the current catalog and namespace to make sure the qualified table name is "
            "expected, and also check the catalog implementation which is configured by "
            '"spark.sql.catalog".',
            {"tableName": name, "operation": operation},
            "0A000",
        )

    def _refuse_to_change(self) -> NoReturn:
        session = self._df.sparkSession
        session.table(self._table)  # an error where there is none
        if session._native.find_table(self._table) is None:
            raise analysis_error(
                "VIEW_WRITE_NOT_ALLOWED",
                f"Cannot write into view {self._table}, please write into a table instead.",
                {"name": self._table},
                "42809",
            )
        name = self._full_name()
        raise _from_native(
            "AnalysisException",
            f"Cannot write into v1 table: {name}.",
            "_LEGACY_ERROR_TEMP_1012",
            {"identifier": name},
            None,
            None,
        )
