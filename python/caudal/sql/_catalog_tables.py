"""`Catalog` methods that change a table or tell what lies in it."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from caudal import _native
from caudal._missing import not_implemented
from caudal.errors._native import analysis_error
from caudal.sql._frame_base import quoted
from caudal.sql.column import Column

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.session import SparkSession
    from caudal.sql.types import StructType

_OVERWRITE = "spark.sql.sources.partitionOverwriteMode"
_NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
# What a folder's name of a partition writes as % and two digits.
_ESCAPED = re.compile(r"""[\x01-\x1f"#%'*/:=?\\\x7f{\[\]^]""")


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
        if self._is_temp_view(tableName) and self._native.drop_temp_view(tableName):
            return
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
        if self._is_temp_view(viewName) and self._native.drop_temp_view(viewName):
            return
        if not ifExists and not self._native.table_exists(viewName):
            raise _not_found(self._full_name(viewName), "[`spark_catalog`.`default`]")
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

    def _is_temp_view(self, name: str) -> bool:
        return name.strip("`").lower() in {v.lower() for v in self._native.list_temp_views()}

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
        names = self._native.partition_columns(tableName)
        if not names:
            full = self._full_name(tableName)
            raise analysis_error(
                "INVALID_PARTITION_OPERATION.PARTITION_SCHEMA_IS_EMPTY",
                f"The partition command is invalid. Table {full} is not partitioned.",
                {"name": full},
                "42601",
            )
        texts = [Column(_native.Expr.attribute(quoted(n))).cast("string") for n in names]
        rows = self._session.table(tableName).select(*texts).distinct().collect()
        found = ("/".join(map(_partition, names, row)) for row in rows)
        return [TablePartition(text) for text in sorted(found)]

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
        _, _, is_external = self._require_table(tableName, "Catalog.truncateTable")
        if is_external:
            full = self._full_name(tableName)
            raise analysis_error(
                "CANNOT_TRUNCATE_EXTERNAL_TABLE",
                f"Operation not allowed: TRUNCATE TABLE on external tables: {full}.",
                {"tableName": full},
                "0A000",
            )
        if (self._session.conf.get(_OVERWRITE) or "").upper() == "DYNAMIC":
            not_implemented(f"Catalog.truncateTable with {_OVERWRITE}=dynamic")
        schema = self._session.table(tableName).schema
        self._session.createDataFrame([], schema).write.insertInto(tableName, overwrite=True)

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
        frame = self._session.table(tableName)
        if frame.is_cached:
            frame.unpersist()
            self._session.table(tableName).cache()

    def _require_table(self, name: str, operation: str) -> tuple[str, str | None, bool]:
        """The table's entry; an error for a view and for nothing."""
        given = ".".join(_quoted_parts(name))
        if not self._native.table_exists(name):
            raise _not_found(given, "[`system`.`session`, `spark_catalog`.`default`]")
        entry = self._native.find_table(name)
        if entry is None:
            raise analysis_error(
                "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
                f"'{operation}' expects a table but {given} is a view. ",
                {"operation": operation, "viewName": given},
                "42809",
            )
        return entry

    def _full_name(self, name: str) -> str:
        return f"`spark_catalog`.`default`.{_quoted_parts(name)[-1]}"


def _quoted_parts(name: str) -> list[str]:
    parts = re.findall(r"`((?:[^`]|``)*)`|([^.`]+)", name)
    return [quoted(inside.replace("``", "`") or plain) for inside, plain in parts]


def _not_found(relation: str, searched: str) -> Exception:
    return analysis_error(
        "TABLE_OR_VIEW_NOT_FOUND",
        f"The table or view {relation} cannot be found. Verify the spelling and correctness of "
        f"the schema and catalog.\nSearch path: {searched}.\nIf you did not qualify the name with "
        "a schema, verify the current_schema() output, or qualify the name with the correct "
        "schema and catalog.\nTo tolerate the error on drop use DROP VIEW IF EXISTS or DROP "
        "TABLE IF EXISTS.",
        {"relationName": relation, "searchPath": searched},
        "42P01",
    )


def _partition(name: str, value: str | None) -> str:
    text = value or _NULL_PARTITION
    return f"{_escape(name)}={_escape(text)}"


def _escape(text: str) -> str:
    return _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", text)
