"""`SQLContext`: the older face of a session, for programs that still use it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from caudal._missing import not_implemented
from caudal.sql.session import SparkSession

if TYPE_CHECKING:
    from caudal.context import SparkContext
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.readwriter import DataFrameReader
    from caudal.sql.streaming.query import StreamingQueryManager
    from caudal.sql.streaming.readwriter import DataStreamReader

__all__ = ["HiveContext", "SQLContext"]


class SQLContext:
    """Older name of a session; use ``SparkSession.builder.getOrCreate()``."""

    def __init__(
        self,
        sparkContext: SparkContext,
        sparkSession: SparkSession | None = None,
        jsqlContext: Any = None,
    ):
        warnings.warn(
            "Deprecated in 3.0.0. Use SparkSession.builder.getOrCreate() instead.",
            FutureWarning,
            stacklevel=2,
        )
        self.sparkSession = sparkSession or SparkSession._get_or_create({})

    @classmethod
    def getOrCreate(cls, sc: SparkContext) -> SQLContext:
        """The context of the session."""
        return cls(sc)

    def newSession(self) -> SQLContext:
        """A context with settings and views of its own."""
        session = self.sparkSession.newSession()
        return type(self)(session.sparkContext, session)

    def sql(self, sqlQuery: str) -> DataFrame:
        """The frame of a query in SQL."""
        return self.sparkSession.sql(sqlQuery)

    def table(self, tableName: str) -> DataFrame:
        """The frame of a view or table."""
        return self.sparkSession.table(tableName)

    def range(
        self,
        start: int,
        end: int | None = None,
        step: int = 1,
        numPartitions: int | None = None,
    ) -> DataFrame:
        """Whole numbers as a column `id`."""
        return self.sparkSession.range(start, end, step, numPartitions)

    def createDataFrame(
        self,
        data: Any,
        schema: Any = None,
        samplingRatio: float | None = None,
        verifySchema: bool = True,
    ) -> DataFrame:
        """A frame of values of this process."""
        return self.sparkSession.createDataFrame(data, schema, samplingRatio, verifySchema)

    def setConf(self, key: str, value: bool | int | str) -> None:
        """Sets a setting."""
        self.sparkSession.conf.set(key, value)

    def getConf(self, key: str, defaultValue: str | None = None) -> str | None:
        """The value of a setting."""
        value: str | None = self.sparkSession.conf.get(key, defaultValue)
        return value

    def registerDataFrameAsTable(self, df: DataFrame, tableName: str) -> None:
        """Names a frame in SQL."""
        df.createOrReplaceTempView(tableName)

    def dropTempTable(self, tableName: str) -> None:
        """Removes a view."""
        self.sparkSession.catalog.dropTempView(tableName)

    def cacheTable(self, tableName: str) -> None:
        """Keeps the rows of a view once they are computed."""
        self.sparkSession.catalog.cacheTable(tableName)

    def uncacheTable(self, tableName: str) -> None:
        """Lets the rows of a view go."""
        self.sparkSession.catalog.uncacheTable(tableName)

    def clearCache(self) -> None:
        """Lets all rows go that are kept."""
        self.sparkSession.catalog.clearCache()

    def tableNames(self, dbName: str | None = None) -> list[str]:
        """The names of the views."""
        return [table.name for table in self.sparkSession.catalog.listTables(dbName)]

    @property
    def read(self) -> DataFrameReader:
        """A reader of files and tables."""
        return self.sparkSession.read

    @property
    def readStream(self) -> DataStreamReader:
        """A reader of streams."""
        return self.sparkSession.readStream

    @property
    def streams(self) -> StreamingQueryManager:
        """The running streams."""
        return self.sparkSession.streams


class HiveContext(SQLContext):
    """A context with Hive's catalog (not there yet)."""

    def __init__(
        self,
        sparkContext: SparkContext,
        sparkSession: SparkSession | None = None,
        jhiveContext: Any = None,
    ):
        not_implemented("HiveContext")
