"""Writers of batch frames: not there yet, each method raises an error that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal._missing import not_implemented

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame


class DataFrameWriter:
    """Writes a frame to files or a table (not there yet)."""

    def __init__(self, df: DataFrame):
        self._df = df

    def bucketBy(self, numBuckets: Any, col: Any, *cols: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.bucketBy")

    def clusterBy(self, *cols: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.clusterBy")

    def csv(
        self,
        path: Any,
        mode: Any = None,
        compression: Any = None,
        sep: Any = None,
        quote: Any = None,
        escape: Any = None,
        header: Any = None,
        nullValue: Any = None,
        escapeQuotes: Any = None,
        quoteAll: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        ignoreLeadingWhiteSpace: Any = None,
        ignoreTrailingWhiteSpace: Any = None,
        charToEscapeQuoteEscaping: Any = None,
        encoding: Any = None,
        emptyValue: Any = None,
        lineSep: Any = None,
    ) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.csv")

    def format(self, source: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.format")

    def insertInto(self, tableName: Any, overwrite: Any = None) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.insertInto")

    def jdbc(self, url: Any, table: Any, mode: Any = None, properties: Any = None) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.jdbc")

    def json(
        self,
        path: Any,
        mode: Any = None,
        compression: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        lineSep: Any = None,
        encoding: Any = None,
        ignoreNullFields: Any = None,
    ) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.json")

    def mode(self, saveMode: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.mode")

    def option(self, key: Any, value: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.option")

    def options(self, **options: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.options")

    def orc(
        self, path: Any, mode: Any = None, partitionBy: Any = None, compression: Any = None
    ) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.orc")

    def parquet(
        self, path: Any, mode: Any = None, partitionBy: Any = None, compression: Any = None
    ) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.parquet")

    def partitionBy(self, *cols: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.partitionBy")

    def save(
        self,
        path: Any = None,
        format: Any = None,
        mode: Any = None,
        partitionBy: Any = None,
        **options: Any,
    ) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.save")

    def saveAsTable(
        self,
        name: Any,
        format: Any = None,
        mode: Any = None,
        partitionBy: Any = None,
        **options: Any,
    ) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.saveAsTable")

    def sortBy(self, col: Any, *cols: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.sortBy")

    def text(self, path: Any, compression: Any = None, lineSep: Any = None) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.text")

    def xml(
        self,
        path: Any,
        rowTag: Any = None,
        mode: Any = None,
        attributePrefix: Any = None,
        valueTag: Any = None,
        rootTag: Any = None,
        declaration: Any = None,
        arrayElementName: Any = None,
        nullValue: Any = None,
        dateFormat: Any = None,
        timestampFormat: Any = None,
        compression: Any = None,
        encoding: Any = None,
        validateName: Any = None,
    ) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriter.xml")


class DataFrameWriterV2:
    """Writes a frame to a table (not there yet)."""

    def __init__(self, df: DataFrame, table: str):
        self._df = df
        self._table = table

    def append(self) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.append")

    def clusterBy(self, col: Any, *cols: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.clusterBy")

    def create(self) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.create")

    def createOrReplace(self) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.createOrReplace")

    def option(self, key: Any, value: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.option")

    def options(self, **options: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.options")

    def overwrite(self, condition: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.overwrite")

    def overwritePartitions(self) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.overwritePartitions")

    def partitionedBy(self, col: Any, *cols: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.partitionedBy")

    def replace(self) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.replace")

    def tableProperty(self, property: Any, value: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.tableProperty")

    def using(self, provider: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrameWriterV2.using")
