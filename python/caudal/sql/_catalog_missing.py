"""`Catalog` methods that are not there yet: each raises an error that names it."""

from __future__ import annotations

from typing import Any

from caudal._missing import not_implemented


class CatalogMissing:
    """Methods that are not there yet."""

    def analyzeTable(self, tableName: Any, noScan: Any = False) -> Any:
        """Not there yet."""
        not_implemented("Catalog.analyzeTable")

    def createDatabase(self, dbName: Any, ifNotExists: Any = False, properties: Any = None) -> Any:
        """Not there yet."""
        not_implemented("Catalog.createDatabase")

    def createExternalTable(
        self,
        tableName: Any,
        path: Any = None,
        source: Any = None,
        schema: Any = None,
        **options: Any,
    ) -> Any:
        """Not there yet."""
        not_implemented("Catalog.createExternalTable")

    def dropDatabase(self, dbName: Any, ifExists: Any = False, cascade: Any = False) -> Any:
        """Not there yet."""
        not_implemented("Catalog.dropDatabase")

    def dropTable(self, tableName: Any, ifExists: Any = False, purge: Any = False) -> Any:
        """Not there yet."""
        not_implemented("Catalog.dropTable")

    def dropView(self, viewName: Any, ifExists: Any = False) -> Any:
        """Not there yet."""
        not_implemented("Catalog.dropView")

    def getCreateTableString(self, tableName: Any, asSerde: Any = False) -> Any:
        """Not there yet."""
        not_implemented("Catalog.getCreateTableString")

    def getDatabase(self, dbName: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.getDatabase")

    def getFunction(self, functionName: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.getFunction")

    def getTableProperties(self, tableName: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.getTableProperties")

    def listCatalogs(self, pattern: Any = None) -> Any:
        """Not there yet."""
        not_implemented("Catalog.listCatalogs")

    def listDatabases(self, pattern: Any = None) -> Any:
        """Not there yet."""
        not_implemented("Catalog.listDatabases")

    def listPartitions(self, tableName: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.listPartitions")

    def listViews(self, dbName: Any = None, pattern: Any = None) -> Any:
        """Not there yet."""
        not_implemented("Catalog.listViews")

    def recoverPartitions(self, tableName: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.recoverPartitions")

    def refreshByPath(self, path: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.refreshByPath")

    def refreshTable(self, tableName: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.refreshTable")

    def registerFunction(self, name: Any, f: Any, returnType: Any = None) -> Any:
        """Not there yet."""
        not_implemented("Catalog.registerFunction")

    def truncateTable(self, tableName: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.truncateTable")
