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

    def dropDatabase(self, dbName: Any, ifExists: Any = False, cascade: Any = False) -> Any:
        """Not there yet."""
        not_implemented("Catalog.dropDatabase")

    def getCreateTableString(self, tableName: Any, asSerde: Any = False) -> Any:
        """Not there yet."""
        not_implemented("Catalog.getCreateTableString")

    def getFunction(self, functionName: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.getFunction")

    def getTableProperties(self, tableName: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.getTableProperties")

    def refreshByPath(self, path: Any) -> Any:
        """Not there yet."""
        not_implemented("Catalog.refreshByPath")
