"""`DataFrameWriterV2`: tables made of frames; ``df.writeTo(table)``.

The tables of the warehouse are what Spark calls tables of its first kind: this writer makes them,
and what changes one that is there is refused, as in Spark (``df.write`` does that).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from caudal._missing import not_implemented
from caudal.errors._native import _from_native, analysis_error
from caudal.sql._convert import column_expr
from caudal.sql._options import Options

if TYPE_CHECKING:
    from caudal.sql.column import Column
    from caudal.sql.dataframe import DataFrame


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
        self._partitions: list[str] = []
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
        """A property of the table (not there yet)."""
        not_implemented("DataFrameWriterV2.tableProperty")

    def clusterBy(self, col: str, *cols: str) -> DataFrameWriterV2:
        """Columns by which the files are clustered (not there yet)."""
        not_implemented("DataFrameWriterV2.clusterBy")

    def partitionedBy(self, col: Column, *cols: Column) -> DataFrameWriterV2:
        """The columns of the table's partitions: one folder for each of their values.

        Parameters
        ----------
        col, cols
            Columns of the frame. Parts of times and buckets are not there yet.
        """
        for part in (col, *cols):
            text = column_expr(part).text()
            if text not in self._df.columns:
                not_implemented(f"DataFrameWriterV2.partitionedBy({text})")
            self._partitions.append(text)
        return self

    def create(self) -> None:
        """Makes the table, with the rows in it.

        Raises
        ------
        AnalysisException
            If there is a table of that name (``TABLE_OR_VIEW_ALREADY_EXISTS``).
        """
        chosen = self._provider or self._df.sparkSession.conf.get("spark.sql.sources.default")
        with self._df._watched("write"):
            self._df._frame.write_table(
                self._table,
                str(chosen),
                "errorifexists",
                self._options.all(),
                self._partitions,
                self._df._is_single,
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
