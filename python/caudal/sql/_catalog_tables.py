"""`Catalog` methods that change a table or tell what lies in it."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from caudal import _native
from caudal.errors._native import analysis_error
from caudal.sql._frame_base import quoted
from caudal.sql.types import _create_row

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.session import SparkSession
    from caudal.sql.types import StructType


class TablePartition(NamedTuple):
    """A partition of a table, as ``day=2026-01-02/kind=a``."""

    partition: str


class CatalogTables:
    """Methods about one table."""

    _session: SparkSession
    _native: _native.Session

    def createTable(
        self,
        tableName: str,
        path: str | None = None,
        source: str | None = None,
        schema: StructType | None = None,
        description: str | None = None,
        **options: str,
    ) -> DataFrame:
        """Makes a table of the warehouse, or of a folder that is there.

        Parameters
        ----------
        tableName
            The table: ``t`` or ``default.t``.
        path
            The folder of its files; they stay when the table goes.
        source
            The format; ``spark.sql.sources.default`` without it.
        schema
            The columns; found from the files without it.
        description
            A comment.
        options
            Options of the format.

        Raises
        ------
        AnalysisException
            If the table is there (``TABLE_OR_VIEW_ALREADY_EXISTS``).
        """
        given = dict(options) if path is None else {**options, "path": path}
        columns = None if schema is None else schema.json()
        self._native.create_table(tableName, source, columns, given, description)
        return self._session.table(tableName)

    def createExternalTable(
        self,
        tableName: str,
        path: str | None = None,
        source: str | None = None,
        schema: StructType | None = None,
        **options: str,
    ) -> DataFrame:
        """An older name of :meth:`createTable`."""
        warnings.warn(
            "createExternalTable is deprecated since Spark 2.2, please use createTable instead.",
            FutureWarning,
            stacklevel=2,
        )
        return self.createTable(tableName, path, source, schema, **options)

    def dropTable(self, tableName: str, ifExists: bool = False, purge: bool = False) -> None:
        """Removes a table and, unless they are the user's, its files; or a temporary view.

        Parameters
        ----------
        tableName
            The table: ``t`` or ``default.t``.
        ifExists
            Whether a table that is not there is no error.
        purge
            Whether the files are gone at once: they always are.

        Raises
        ------
        AnalysisException
            If there is no such table (``TABLE_OR_VIEW_NOT_FOUND``).

        Examples
        --------
        >>> spark.range(2).write.saveAsTable("short_lived")
        >>> spark.catalog.dropTable("short_lived")
        >>> spark.catalog.tableExists("short_lived")
        False
        """
        self._drop("TABLE", tableName, ifExists)

    def dropView(self, viewName: str, ifExists: bool = False) -> None:
        """Removes a view.

        Parameters
        ----------
        viewName
            The view.
        ifExists
            Whether a view that is not there is no error.

        Raises
        ------
        AnalysisException
            If there is no such view (``TABLE_OR_VIEW_NOT_FOUND``), or if it is a table
            (``WRONG_COMMAND_FOR_OBJECT_TYPE``).
        """
        self._drop("VIEW", viewName, ifExists)

    def _drop(self, kind: str, name: str, if_exists: bool) -> None:
        parts = _quoted_parts(name)
        if len(parts) > 2 and parts[0].lower() != "`spark_catalog`":
            given = ".".join(parts)
            raise analysis_error(
                "REQUIRES_SINGLE_PART_NAMESPACE",
                f"spark_catalog requires a single-part namespace, but got identifier {given}.",
                {"identifier": given, "sessionCatalog": "spark_catalog"},
                "42K05",
            )
        self._native.sql(f"DROP {kind} {'IF EXISTS ' if if_exists else ''}{name}", {}, [])

    def listPartitions(self, tableName: str) -> list[TablePartition]:
        """The partitions of a table that have rows, sorted by their text.

        Parameters
        ----------
        tableName
            The table: ``t`` or ``default.t``.

        Raises
        ------
        AnalysisException
            If there is no such table (``TABLE_OR_VIEW_NOT_FOUND``), if it is a view
            (``EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE``) or if it has no partitions
            (``INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY``).

        Examples
        --------
        >>> days = spark.createDataFrame([(1, "a"), (2, "b")], "n int, kind string")
        >>> days.write.partitionBy("kind").saveAsTable("parted")
        >>> spark.catalog.listPartitions("parted")
        [TablePartition(partition='kind=a'), TablePartition(partition='kind=b')]
        >>> spark.catalog.dropTable("parted")
        """
        self._require_table(tableName, "Catalog.listPartitions")
        frame = self._native.sql(f"SHOW PARTITIONS {tableName}", {}, [])
        return [TablePartition(row[0]) for row in frame.collect(None, _create_row)]

    def recoverPartitions(self, tableName: str) -> None:
        """Finds the partitions in the table's folder anew, which every read does anyway.

        Parameters
        ----------
        tableName
            The table: ``t`` or ``default.t``.

        Raises
        ------
        AnalysisException
            If there is no such table (``TABLE_OR_VIEW_NOT_FOUND``), if it is a view
            (``EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE``) or if it has no partitions
            (``NOT_A_PARTITIONED_TABLE``).
        """
        self._require_table(tableName, "recoverPartitions()")
        if not self._native.partition_columns(tableName):
            operation, full = "ALTER TABLE RECOVER PARTITIONS", self._full_name(tableName)
            raise analysis_error(
                "NOT_A_PARTITIONED_TABLE",
                f"Operation {operation} is not allowed for {full} because it is not a "
                "partitioned table.",
                {"operation": operation, "tableIdentWithDB": full},
                "42809",
            )

    def truncateTable(self, tableName: str) -> None:
        """Takes all rows out of a table of the warehouse.

        Parameters
        ----------
        tableName
            The table: ``t`` or ``default.t``.

        Raises
        ------
        AnalysisException
            If there is no such table (``TABLE_OR_VIEW_NOT_FOUND``), if it is a view
            (``EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE``) or if its files are the user's
            (``CANNOT_TRUNCATE_EXTERNAL_TABLE``).

        Examples
        --------
        >>> spark.range(2).write.saveAsTable("emptied")
        >>> spark.catalog.truncateTable("emptied")
        >>> spark.table("emptied").count()
        0
        >>> spark.catalog.dropTable("emptied")
        """
        self._require_table(tableName, "Catalog.truncateTable")
        self._native.sql(f"TRUNCATE TABLE {tableName}", {}, [])

    def refreshTable(self, tableName: str) -> None:
        """Lets go what is known of a table's files: rows that are kept are computed anew.

        Parameters
        ----------
        tableName
            The table or view.

        Raises
        ------
        AnalysisException
            If there is no such table or view (``TABLE_OR_VIEW_NOT_FOUND``).
        """
        # An unknown name is an error of a query here.
        self._session.table(tableName)
        self._native.sql(f"REFRESH TABLE {tableName}", {}, [])

    def refreshByPath(self, path: str) -> None:
        """Lets go what is kept of tables with files below a path: it is computed anew.

        Parameters
        ----------
        path
            The folder.
        """
        self._native.refresh_path(path)

    def getCreateTableString(self, tableName: str, asSerde: bool = False) -> str:
        """The statement that makes a table or view again.

        Parameters
        ----------
        tableName
            The table or view.
        asSerde
            In Hive's form, which tables of a data source do not have.

        Raises
        ------
        AnalysisException
            If there is no such table (``TABLE_OR_VIEW_NOT_FOUND``) or the view is temporary
            (``EXPECT_PERMANENT_VIEW_NOT_TEMP``).

        Examples
        --------
        >>> spark.range(1).write.saveAsTable("shown")
        >>> print(spark.catalog.getCreateTableString("shown"))
        CREATE TABLE spark_catalog.default.shown (
          id BIGINT)
        USING parquet
        <BLANKLINE>
        >>> spark.catalog.dropTable("shown")
        """
        return self._native.create_text(tableName, asSerde)

    def getTableProperties(self, tableName: str) -> dict[str, str]:
        """The properties (``TBLPROPERTIES``) of a table or view.

        Parameters
        ----------
        tableName
            The table or view.

        Raises
        ------
        AnalysisException
            If there is no such table (``TABLE_OR_VIEW_NOT_FOUND``).
        """
        return self._native.table_properties(tableName)

    def analyzeTable(self, tableName: str, noScan: bool = False) -> None:
        """Counts what a table holds, for ``DESCRIBE EXTENDED`` to tell.

        Parameters
        ----------
        tableName
            The table.
        noScan
            Only the bytes of its files, not the rows.

        Raises
        ------
        AnalysisException
            If there is no such table (``TABLE_OR_VIEW_NOT_FOUND``).
        """
        scan = " NOSCAN" if noScan else ""
        self._native.sql(f"ANALYZE TABLE {tableName} COMPUTE STATISTICS{scan}", {}, [])

    def _require_table(self, name: str, operation: str) -> tuple[str, str, str | None, str]:
        """The table's entry; an error for a view and for nothing."""
        given = ".".join(_quoted_parts(name))
        entry = self._native.find_table(name)
        if entry is None or entry[3] == "VIEW":
            if entry is not None:
                given = self._full_name(name)
            raise analysis_error(
                "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
                f"'{operation}' expects a table but {given} is a view. ",
                {"operation": operation, "viewName": given},
                "42809",
            )
        return entry

    def _full_name(self, name: str) -> str:
        parts = _quoted_parts(name)[-2:]
        database = parts[0] if len(parts) > 1 else quoted(self._native.current_database)
        return f"`spark_catalog`.{database}.{parts[-1]}"


def _quoted_parts(name: str) -> list[str]:
    parts = re.findall(r"`((?:[^`]|``)*)`|([^.`]+)", name)
    return [quoted(inside.replace("``", "`") or plain) for inside, plain in parts]
