"""`Catalog`: tables, views, columns and functions by name; ``spark.catalog``.

There is one catalog (``spark_catalog``) with one database (``default``): the tables of the
warehouse. Temporary views belong to the session.
"""

from __future__ import annotations

import os
import warnings
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from caudal._missing import not_implemented
from caudal._names import at_home
from caudal.errors import AnalysisException
from caudal.errors._native import _from_native
from caudal.sql._catalog_missing import CatalogMissing
from caudal.sql._catalog_tables import CatalogTables, TablePartition
from caudal.sql._convert import require
from caudal.sql.types import _create_row

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession
    from caudal.storagelevel import StorageLevel

__all__ = [
    "Catalog",
    "CatalogMetadata",
    "Column",
    "Database",
    "Function",
    "Table",
    "TablePartition",
]

_CATALOG = "spark_catalog"
_DATABASE = "default"


class CatalogMetadata(NamedTuple):
    """A catalog."""

    name: str
    description: str | None


class Database(NamedTuple):
    """A database."""

    name: str
    catalog: str | None
    description: str | None
    locationUri: str


class Table(NamedTuple):
    """A table or view."""

    name: str
    catalog: str | None
    namespace: list[str] | None
    description: str | None
    tableType: str
    isTemporary: bool

    @property
    def database(self) -> str | None:
        """The database, where there is exactly one name."""
        return self.namespace[0] if self.namespace and len(self.namespace) == 1 else None


class Column(NamedTuple):
    """A column of a table or view."""

    name: str
    description: str | None
    dataType: str
    nullable: bool
    isPartition: bool
    isBucket: bool
    isCluster: bool


class Function(NamedTuple):
    """A function."""

    name: str
    catalog: str | None
    namespace: list[str] | None
    description: str | None
    className: str
    isTemporary: bool


class Catalog(CatalogTables, CatalogMissing):
    """Views, columns and functions by name.

    Examples
    --------
    >>> spark.range(1).createOrReplaceTempView("one")
    >>> spark.catalog.tableExists("one")
    True
    """

    def __init__(self, sparkSession: SparkSession):
        self._session = sparkSession
        self._native = sparkSession._native

    def currentCatalog(self) -> str:
        """The catalog in use."""
        return _CATALOG

    def setCurrentCatalog(self, catalogName: str) -> None:
        """Uses another catalog: there is only ``spark_catalog``.

        Raises
        ------
        SparkException
            For any other (``CATALOG_NOT_FOUND``).
        """
        if catalogName.lower() != _CATALOG:
            setting = f"spark.sql.catalog.{catalogName}"
            raise _from_native(
                "UnknownException",
                f"[CATALOG_NOT_FOUND] The catalog `{catalogName}` not found. Consider to set the "
                f'SQL config "{setting}" to a catalog plugin. SQLSTATE: 42P08',
                "CATALOG_NOT_FOUND",
                {"catalogName": f"`{catalogName}`", "config": f'"{setting}"'},
                "42P08",
                None,
            )

    def listCatalogs(self, pattern: str | None = None) -> list[CatalogMetadata]:
        """The catalogs: there is only ``spark_catalog``.

        Parameters
        ----------
        pattern
            Names to list: ``*`` for any text, ``|`` between choices.

        Examples
        --------
        >>> spark.catalog.listCatalogs("spark*")
        [CatalogMetadata(name='spark_catalog', description=None)]
        """
        return [CatalogMetadata(_CATALOG, None)] if _matches(_CATALOG, pattern) else []

    def currentDatabase(self) -> str:
        """The database in use."""
        return _DATABASE

    def setCurrentDatabase(self, dbName: str) -> None:
        """Uses another database: there is only ``default``.

        Raises
        ------
        AnalysisException
            For any other (``SCHEMA_NOT_FOUND``).
        """
        if dbName.lower() != _DATABASE:
            # The name is one of this catalog's, even where it begins with the catalog.
            self._native.list_tables(f"{_CATALOG}.{dbName}")

    def databaseExists(self, dbName: str) -> bool:
        """Whether there is a database of that name."""
        try:
            self._native.list_tables(dbName)
        except AnalysisException as error:
            if error.getCondition() != "SCHEMA_NOT_FOUND":
                raise
            return False
        return True

    def getDatabase(self, dbName: str) -> Database:
        """What a database is: there is only ``default``.

        Parameters
        ----------
        dbName
            ``default`` or ``spark_catalog.default``.

        Raises
        ------
        AnalysisException
            For any other (``SCHEMA_NOT_FOUND``).

        Examples
        --------
        >>> spark.catalog.getDatabase("default").description
        'default database'
        """
        self._native.list_tables(dbName)
        name = dbName.rpartition(".")[2].strip("`")
        folder = self._session.conf.get("spark.sql.warehouse.dir")
        if ":/" not in folder:
            folder = f"file:{os.path.abspath(folder)}"
        return Database(name, _CATALOG, "default database", folder)

    def listDatabases(self, pattern: str | None = None) -> list[Database]:
        """The databases: there is only ``default``.

        Parameters
        ----------
        pattern
            Names to list: ``*`` for any text, ``|`` between choices.

        Examples
        --------
        >>> [database.name for database in spark.catalog.listDatabases("def*")]
        ['default']
        """
        return [self.getDatabase(_DATABASE)] if _matches(_DATABASE, pattern) else []

    def listTables(self, dbName: str | None = None, pattern: str | None = None) -> list[Table]:
        """The tables, then the views, each sorted by name.

        Parameters
        ----------
        dbName
            ``default`` or None.
        pattern
            Names to list: ``*`` for any text, ``|`` between choices.
        """
        tables = [_table(entry) for entry in self._native.list_tables(dbName)]
        tables += [_view(name) for name in sorted(self._native.list_temp_views())]
        return [table for table in tables if _matches(table.name, pattern)]

    def listViews(self, dbName: str | None = None, pattern: str | None = None) -> list[Table]:
        """The temporary views, sorted by name.

        Parameters
        ----------
        dbName
            ``default``, ``global_temp`` for those of all sessions too, or None.
        pattern
            Names to list: ``*`` for any text, ``|`` between choices.

        Raises
        ------
        AnalysisException
            For another database (``SCHEMA_NOT_FOUND``).

        Examples
        --------
        >>> spark.range(1).createOrReplaceTempView("one")
        >>> [view.name for view in spark.catalog.listViews(pattern="on*")]
        ['one']
        """
        if dbName == "global_temp":
            not_implemented("Catalog.listViews of global_temp")
        frame = self._native.sql(f"SHOW VIEWS IN {dbName or _DATABASE}", {}, [])
        views = frame.collect(None, _create_row)
        return [
            Table(name, None, [namespace] if namespace else [], None, "TEMPORARY", True)
            for namespace, name, _ in views
            if _matches(name, pattern)
        ]

    def getTable(self, tableName: str) -> Table:
        """What a table or view is.

        Raises
        ------
        AnalysisException
            For a name that nothing has (``TABLE_OR_VIEW_NOT_FOUND``).
        """
        entry = self._native.find_table(tableName)
        return _view(tableName) if entry is None else _table(entry)

    def tableExists(self, tableName: str, dbName: str | None = None) -> bool:
        """Whether there is a view or table of that name."""
        require(tableName, str, "tableName", "str")
        if dbName is not None:
            tableName = f"{dbName}.{tableName}"
        return self._native.table_exists(tableName)

    def listColumns(self, tableName: str, dbName: str | None = None) -> list[Column]:
        """The columns of a view or table."""
        name = tableName if dbName is None else f"{dbName}.{tableName}"
        partitions = self._native.partition_columns(name)
        return [
            Column(
                f.name,
                None,
                f.dataType.simpleString(),
                f.nullable,
                f.name in partitions,
                False,
                False,
            )
            for f in self._session.table(name).schema.fields
        ]

    def dropTempView(self, viewName: str) -> bool:
        """Removes a view; whether there was one."""
        require(viewName, str, "viewName", "str")
        return self._native.drop_temp_view(viewName)

    def dropGlobalTempView(self, viewName: str) -> bool:
        """Removes a view of all sessions; whether there was one."""
        require(viewName, str, "viewName", "str")
        return self._native.drop_temp_view(f"global_temp.{viewName}")

    def listFunctions(
        self, dbName: str | None = None, pattern: str | None = None
    ) -> list[Function]:
        """The functions, sorted by name."""
        known = {*self._native.list_functions(), *self._native.function_names()}
        names = [n for n in sorted(known) if _matches(n, pattern)]
        return [Function(name, None, None, None, "", True) for name in names]

    def functionExists(self, functionName: str, dbName: str | None = None) -> bool:
        """Whether there is a function of that name."""
        name = functionName.lower()
        return name in self._native.list_functions() or name in self._native.function_names()

    def registerFunction(self, name: str, f: Any, returnType: Any = None) -> Any:
        """Older form of ``spark.udf.register``."""
        warnings.warn(
            "Deprecated in 2.3.0. Use spark.udf.register instead.", FutureWarning, stacklevel=2
        )
        return self._session.udf.register(name, f, returnType)

    def cacheTable(self, tableName: str, storageLevel: StorageLevel | None = None) -> None:
        """Keeps the rows of a view once they are computed."""
        frame = self._session.table(tableName)
        if storageLevel is None:
            frame.cache()
        else:
            frame.persist(storageLevel)

    def uncacheTable(self, tableName: str) -> None:
        """Lets the rows of a view go."""
        self._session.table(tableName).unpersist()

    def isCached(self, tableName: str) -> bool:
        """Whether the rows of a view are kept."""
        return self._session.table(tableName).is_cached

    def clearCache(self) -> None:
        """Lets all rows go that are kept."""
        self._native.clear_cache()


def _matches(name: str, pattern: str | None) -> bool:
    if pattern is None:
        return True
    return any(fnmatchcase(name.lower(), part.strip().lower()) for part in pattern.split("|"))


def _table(entry: tuple[str, str | None, bool]) -> Table:
    name, comment, is_external = entry
    kind = "EXTERNAL" if is_external else "MANAGED"
    return Table(name, _CATALOG, [_DATABASE], comment, kind, False)


def _view(name: str) -> Table:
    return Table(name, None, [], None, "TEMPORARY", True)


at_home(__name__, TablePartition)
