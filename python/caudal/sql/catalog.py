"""`Catalog`: tables, views, columns and functions by name; ``spark.catalog``.

There is one catalog (``spark_catalog``): the databases, tables and views of the warehouse.
Temporary views belong to the session.
"""

from __future__ import annotations

import warnings
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from caudal import _native
from caudal._names import at_home
from caudal.errors import AnalysisException
from caudal.errors._native import _from_native
from caudal.sql._catalog_tables import CatalogTables, TablePartition
from caudal.sql._convert import require
from caudal.sql._frame_actions import level_of
from caudal.storagelevel import StorageLevel

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession

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
_GLOBAL = "global_temp"


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


class Catalog(CatalogTables):
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
        return self._native.current_database

    def setCurrentDatabase(self, dbName: str) -> None:
        """Uses another database: names without one are looked up in it from now on.

        Raises
        ------
        AnalysisException
            If it is not there (``SCHEMA_NOT_FOUND``).
        """
        # The name is one of this catalog's, even where it begins with the catalog.
        self._native.set_current_database(f"{_CATALOG}.{dbName}")

    def databaseExists(self, dbName: str) -> bool:
        """Whether there is a database of that name."""
        try:
            self._native.find_database(dbName)
        except AnalysisException as error:
            if error.getCondition() != "SCHEMA_NOT_FOUND":
                raise
            return False
        return True

    def getDatabase(self, dbName: str) -> Database:
        """What a database is.

        Parameters
        ----------
        dbName
            Its name, with or without ``spark_catalog.``.

        Raises
        ------
        AnalysisException
            If it is not there (``SCHEMA_NOT_FOUND``).

        Examples
        --------
        >>> spark.catalog.getDatabase("default").description
        'default database'
        """
        name, comment, location = self._native.find_database(dbName)
        given = dbName.rpartition(".")[2].strip("`")
        return Database(given if given.lower() == name else name, _CATALOG, comment, location)

    def listDatabases(self, pattern: str | None = None) -> list[Database]:
        """The databases, sorted by name.

        Parameters
        ----------
        pattern
            Names to list: ``*`` for any text, ``|`` between choices.

        Examples
        --------
        >>> [database.name for database in spark.catalog.listDatabases("def*")]
        ['default']
        """
        return [
            Database(name, _CATALOG, comment, location)
            for name, comment, location in self._native.list_databases()
            if _matches(name, pattern)
        ]

    def createDatabase(
        self,
        dbName: str,
        ifNotExists: bool = False,
        properties: dict[str, str] | None = None,
    ) -> None:
        """Makes a database.

        Parameters
        ----------
        dbName
            Its name.
        ifNotExists
            Whether one that is there is no error.
        properties
            What is kept with it; ``comment`` and ``location`` say what it is for and where
            the rows of its tables go.

        Raises
        ------
        AnalysisException
            If it is there (``SCHEMA_ALREADY_EXISTS``).

        Examples
        --------
        >>> spark.catalog.createDatabase("lessons", properties={"comment": "for class"})
        >>> spark.catalog.getDatabase("lessons").description
        'for class'
        >>> spark.catalog.dropDatabase("lessons")
        """
        given = {key: str(value) for key, value in (properties or {}).items()}
        comment, location = given.pop("comment", None), given.pop("location", None)
        self._native.create_database(dbName, ifNotExists, comment, location, given)

    def dropDatabase(self, dbName: str, ifExists: bool = False, cascade: bool = False) -> None:
        """Removes a database.

        Parameters
        ----------
        dbName
            Its name.
        ifExists
            Whether one that is not there is no error.
        cascade
            Whether its tables and views go with it; without it they keep it from going.

        Raises
        ------
        AnalysisException
            If it is not there (``SCHEMA_NOT_FOUND``), has tables (``SCHEMA_NOT_EMPTY``) or
            is ``default`` (``UNSUPPORTED_FEATURE.DROP_DATABASE``).

        Examples
        --------
        >>> spark.catalog.createDatabase("passing")
        >>> spark.catalog.dropDatabase("passing", cascade=True)
        >>> spark.catalog.databaseExists("passing")
        False
        """
        self._native.drop_database(dbName, ifExists, cascade)

    def listTables(self, dbName: str | None = None, pattern: str | None = None) -> list[Table]:
        """The tables and views of a database, then the temporary views, each sorted by name.

        Parameters
        ----------
        dbName
            The database; the one in use without it.
        pattern
            Names to list: ``*`` for any text, ``|`` between choices.
        """
        return [table for table in self._listed(dbName) if _matches(table.name, pattern)]

    def listViews(self, dbName: str | None = None, pattern: str | None = None) -> list[Table]:
        """The views of a database, then the temporary ones, each sorted by name.

        Parameters
        ----------
        dbName
            The database, or ``global_temp`` for the temporary views of all sessions; the one
            in use without it.
        pattern
            Names to list: ``*`` for any text, ``|`` between choices.

        Raises
        ------
        AnalysisException
            For a database that is not there (``SCHEMA_NOT_FOUND``).

        Examples
        --------
        >>> spark.range(1).createOrReplaceTempView("one")
        >>> [view.name for view in spark.catalog.listViews(pattern="on*")]
        ['one']
        """
        views = ("VIEW", "TEMPORARY")
        listed = (table for table in self._listed(dbName) if table.tableType in views)
        return [view for view in listed if _matches(view.name, pattern)]

    def _listed(self, database: str | None) -> list[Table]:
        if database is not None and database.lower() == _GLOBAL:
            names = sorted(self._native.list_global_temp_views())
            tables = [Table(name, None, [_GLOBAL], None, "TEMPORARY", True) for name in names]
        else:
            tables = [_table(entry) for entry in self._native.list_tables(database)]
        return tables + [_view(name) for name in sorted(self._native.list_temp_views())]

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
        buckets = self._native.bucket_columns(name)
        return [
            Column(
                f.name,
                f.metadata.get("comment"),
                f.dataType.simpleString(),
                f.nullable,
                f.name in partitions,
                f.name in buckets,
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
        known.update(_native.temporary_routines(self._native))
        names = [n for n in sorted(known) if _matches(n, pattern)]
        found = [Function(name, None, None, None, "", True) for name in names]
        database, stored = _native.stored_routines(self._native, dbName)
        names = [n for n in stored if _matches(n, pattern)]
        found += [Function(n, "spark_catalog", [database], None, "", False) for n in names]
        return sorted(found, key=lambda function: function.name)

    def functionExists(self, functionName: str, dbName: str | None = None) -> bool:
        """Whether there is a function of that name.

        Parameters
        ----------
        functionName
            The name; one with a database before it is never a function of Spark's own.
        dbName
            The database to look in.
        """
        whole = functionName if dbName is None else f"{dbName}.{functionName}"
        name = whole.lower()
        if "." not in name and (
            name in self._native.list_functions() or name in self._native.function_names()
        ):
            return True
        return _native.has_routine(self._native, whole.split("."))

    def getFunction(self, functionName: str) -> Function:
        """What a function is.

        Parameters
        ----------
        functionName
            The name.

        Raises
        ------
        AnalysisException
            If there is no such function (``UNRESOLVED_ROUTINE``).

        Examples
        --------
        >>> spark.catalog.getFunction("abs").isTemporary
        True
        """
        if not self.functionExists(functionName):
            self._native.sql(f"DESCRIBE FUNCTION {functionName}", {}, [])
        name = functionName.lower().split(".")[-1]
        temporary = _native.temporary_routines(self._native)
        if _native.has_routine(self._native, functionName.split(".")) and name not in temporary:
            databases = functionName.lower().split(".")[-2:-1] or [self.currentDatabase()]
            return Function(name, "spark_catalog", databases, None, "", False)
        of_spark = None if name in temporary else _native.function_class(name)
        return Function(name, None, None, None, of_spark or "", True)

    def registerFunction(self, name: str, f: Any, returnType: Any = None) -> Any:
        """Older form of ``spark.udf.register``."""
        warnings.warn(
            "Deprecated in 2.3.0. Use spark.udf.register instead.", FutureWarning, stacklevel=2
        )
        return self._session.udf.register(name, f, returnType)

    def cacheTable(self, tableName: str, storageLevel: StorageLevel | None = None) -> None:
        """Keeps the rows of a table or view once they are computed, until it changes.

        Parameters
        ----------
        tableName
            The table or view.
        storageLevel
            How: in memory, whatever else it says.

        Raises
        ------
        AnalysisException
            For a name that nothing has (``TABLE_OR_VIEW_NOT_FOUND``).
        PySparkNotImplementedError
            For a level without memory or with copies on other machines.

        Examples
        --------
        >>> spark.range(2).createOrReplaceTempView("two")
        >>> spark.catalog.cacheTable("two")
        >>> spark.catalog.isCached("two")
        True
        >>> spark.catalog.uncacheTable("two")
        """
        level = StorageLevel.MEMORY_AND_DISK_DESER if storageLevel is None else storageLevel
        self._native.cache_table(tableName, level_of(level, "Catalog.cacheTable"))

    def uncacheTable(self, tableName: str) -> None:
        """Lets the rows of a table or view go."""
        self._native.uncache_table(tableName)

    def isCached(self, tableName: str) -> bool:
        """Whether the rows of a table or view are kept."""
        return self._native.is_table_cached(tableName)

    def clearCache(self) -> None:
        """Lets all rows go that are kept."""
        self._native.clear_cache()


def _matches(name: str, pattern: str | None) -> bool:
    if pattern is None:
        return True
    return any(fnmatchcase(name.lower(), part.strip().lower()) for part in pattern.split("|"))


def _table(entry: tuple[str, str, str | None, str]) -> Table:
    name, database, comment, kind = entry
    return Table(name, _CATALOG, [database], comment, kind, False)


def _view(name: str) -> Table:
    return Table(name, None, [], None, "TEMPORARY", True)


at_home(__name__, TablePartition)
