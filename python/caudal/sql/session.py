"""`SparkSession`: where every program begins.

A session holds the settings, the views and the running streams. There is one at a time;
``SparkSession.builder.getOrCreate()`` makes it or gives it back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from caudal import _exit, _native
from caudal._names import at_home
from caudal.context import SPARK_VERSION, SparkContext
from caudal.datasets._samples import sample_events
from caudal.errors import (
    IllegalArgumentException,
    PySparkRuntimeError,
    PySparkTypeError,
)
from caudal.sql._builder import Builder as SessionBuilder
from caudal.sql._builder import apply_options
from caudal.sql._convert import literal, option_text, require
from caudal.sql._local_data import create
from caudal.sql._progress import watched
from caudal.sql._session_missing import SessionMissing
from caudal.sql._session_operations import SessionOperations
from caudal.sql.catalog import Catalog
from caudal.sql.conf import RuntimeConfig
from caudal.sql.dataframe import DataFrame
from caudal.sql.readwriter import DataFrameReader
from caudal.sql.types import _parse_datatype_string
from caudal.sql.udf import UDFRegistration
from caudal.sql.udtf import UDTFRegistration

if TYPE_CHECKING:
    from caudal.sql.datasource import DataSource, DataSourceRegistration
    from caudal.sql.streaming.query import StreamingQueryManager
    from caudal.sql.streaming.readwriter import DataStreamReader
    from caudal.sql.tvf import TableValuedFunction
    from caudal.testing import ManualClock

__all__ = ["SparkSession", "classproperty"]

_exit.wait_for_functions()

T = TypeVar("T")


class classproperty(Generic[T]):
    """A property of a class: computed anew each time it is read, on instances too.

    Examples
    --------
    >>> class Shape:
    ...     @classproperty
    ...     def label(cls):
    ...         return cls.__name__.lower()
    >>> Shape.label, Shape().label
    ('shape', 'shape')
    """

    def __init__(self, fget: Callable[[Any], T]) -> None:
        self.fget = fget

    def __get__(self, instance: object, owner: type | None = None) -> T:
        return self.fget(type(instance) if owner is None else owner)


class SparkSession(SessionOperations, SessionMissing):
    """A program's session.

    Parameters
    ----------
    sparkContext
        The program's context.
    jsparkSession
        The native session, made here where it is not given.
    options
        Settings to begin with.

    Examples
    --------
    >>> from caudal.sql import SparkSession
    >>> spark = SparkSession.builder.appName("lesson").master("local[1]").getOrCreate()
    >>> spark.sql("select 1 + 1 as two").collect()
    [Row(two=2)]
    """

    Builder: ClassVar[type[SessionBuilder]] = SessionBuilder

    @classproperty
    def builder(cls) -> SessionBuilder:
        """A new builder: settings are gathered, then ``getOrCreate`` makes the session."""
        return SessionBuilder()

    _instantiated: ClassVar[SparkSession | None] = None
    _active: ClassVar[SparkSession | None] = None

    def __init__(
        self,
        sparkContext: SparkContext,
        jsparkSession: _native.Session | None = None,
        options: Mapping[str, Any] = {},
    ):
        self._sc = sparkContext
        settings = dict(sparkContext._conf.getAll())
        for key, value in options.items():
            settings[key] = str(option_text(value))
        self._native = jsparkSession or _native.Session(settings, sample_events)
        self._conf = RuntimeConfig(self._native)
        self._is_stopped = False
        # Registered Python data sources, by lower-case name.
        self._data_sources: dict[str, type[DataSource]] = {}
        # What its queries go by, where a test has given them a clock.
        self._clock: ManualClock | None = None
        if SparkSession._instantiated is None:
            SparkSession._instantiated = self
        SparkSession._active = self

    # Sessions.

    @classmethod
    def getActiveSession(cls) -> SparkSession | None:
        """The session in use, or None."""
        return cls._active

    @classmethod
    def active(cls) -> SparkSession:
        """The session in use.

        Raises
        ------
        PySparkRuntimeError
            Where there is none (``NO_ACTIVE_OR_DEFAULT_SESSION``).
        """
        session = cls._active or cls._instantiated
        if session is None:
            raise PySparkRuntimeError(
                errorClass="NO_ACTIVE_OR_DEFAULT_SESSION", messageParameters={}
            )
        return session

    @classmethod
    def _get_or_create(cls, options: dict[str, Any]) -> SparkSession:
        session = cls._active or cls._instantiated
        if session is not None and not session._is_stopped:
            apply_options(session._conf, options)
            return session
        from caudal.conf import SparkConf

        conf = SparkConf().setAll((k, option_text(v)) for k, v in options.items())
        return cls(SparkContext.getOrCreate(conf), options=options)

    def newSession(self) -> SparkSession:
        """A session with settings and views of its own, of the same program."""
        active = SparkSession._active
        settings = dict(self._sc._conf.getAll())
        native = _native.Session(settings, sample_events, self._native)
        session = SparkSession(self._sc, native)
        session._data_sources = dict(self._data_sources)
        SparkSession._active = active
        return session

    @property
    def dataSource(self) -> DataSourceRegistration:
        """Where Python data sources are registered."""
        from caudal.sql.datasource import DataSourceRegistration

        return DataSourceRegistration(self)

    def stop(self) -> None:
        """Ends the session: its streams stop, its views are gone."""
        if self._is_stopped:
            return
        self._is_stopped = True
        self._native.stop()
        for name in ("_instantiated", "_active"):
            if getattr(SparkSession, name) is self:
                setattr(SparkSession, name, None)
        if SparkContext._active_spark_context is self._sc and SparkSession._instantiated is None:
            SparkContext._active_spark_context = None

    def __enter__(self) -> SparkSession:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        self.stop()

    # Facts and settings.

    @property
    def version(self) -> str:
        """The version of Spark whose answers are given."""
        return SPARK_VERSION

    @property
    def conf(self) -> RuntimeConfig:
        """The settings."""
        return self._conf

    @property
    def sparkContext(self) -> SparkContext:
        """The program."""
        return self._sc

    @property
    def catalog(self) -> Catalog:
        """The views and functions by name."""
        return Catalog(self)

    @property
    def udf(self) -> UDFRegistration:
        """Python functions by name for SQL."""
        return UDFRegistration(self)

    @property
    def udtf(self) -> UDTFRegistration:
        """Python functions that give a table, by name for SQL."""
        return UDTFRegistration(self)

    @property
    def tvf(self) -> TableValuedFunction:
        """Functions that give a table."""
        from caudal.sql.tvf import TableValuedFunction

        return TableValuedFunction(self)

    # Frames.

    def _frame(self, frame: _native.Frame) -> DataFrame:
        return DataFrame(frame, self)

    def range(
        self,
        start: int,
        end: int | None = None,
        step: int = 1,
        numPartitions: int | None = None,
    ) -> DataFrame:
        """Whole numbers as a column `id`.

        Parameters
        ----------
        start, end, step
            From `start` up to and without `end`; with one number from 0 up to it.
        numPartitions
            In how many partitions the numbers are; as many as the program has threads
            without it.

        Examples
        --------
        >>> spark.range(1, 7, 2).collect()
        [Row(id=1), Row(id=3), Row(id=5)]
        """
        if end is None:
            start, end = 0, start
        partitions = None if numPartitions is None else int(numPartitions)
        if step == 0:
            raise IllegalArgumentException("requirement failed: step (0) cannot be 0")
        if partitions is not None and partitions < 1:
            raise IllegalArgumentException("Positive number of partitions required")
        return self._frame(self._native.range(int(start), int(end), int(step), partitions))

    def createDataFrame(
        self,
        data: Any,
        schema: Any = None,
        samplingRatio: float | None = None,
        verifySchema: bool = True,
    ) -> DataFrame:
        """A frame of values of this process.

        Parameters
        ----------
        data
            Rows (tuples, lists, dictionaries, ``Row``, named tuples, objects), plain values
            with an atomic `schema`, an RDD, a pandas frame, a NumPy array or a pyarrow table.
        schema
            None to find the types, a list of names to find the types only, DDL, a
            `StructType`, or an atomic type for a single column `value`.
        samplingRatio
            For an RDD only: find the types from all rows and not from the first.
        verifySchema
            Check each value against `schema`.

        Raises
        ------
        PySparkTypeError, PySparkValueError
            For values that do not fit (``FIELD_DATA_TYPE_UNACCEPTABLE`` and its like) or
            types that cannot be found (``CANNOT_DETERMINE_TYPE``, ``CANNOT_MERGE_TYPE``).

        Examples
        --------
        >>> spark.createDataFrame([(1, "x")], ["id", "name"]).collect()
        [Row(id=1, name='x')]
        """
        if isinstance(data, DataFrame):
            raise PySparkTypeError(
                errorClass="INVALID_TYPE",
                messageParameters={"arg_name": "data", "arg_type": "DataFrame"},
            )
        if isinstance(schema, str):
            schema = _parse_datatype_string(schema)
        return self._frame(create(self, data, schema, verifySchema, samplingRatio))

    def emptyDataFrame(self, schema: Any) -> DataFrame:
        """A frame of no rows."""
        return self.createDataFrame([], schema)

    def sql(
        self, sqlQuery: str, args: dict[str, Any] | list[Any] | None = None, **kwargs: Any
    ) -> DataFrame:
        """The frame of a query in SQL.

        Parameters
        ----------
        sqlQuery
            The text; ``:name`` and ``?`` stand for `args`, ``{name}`` for `kwargs`.
        args
            A dictionary for ``:name`` or a list for ``?``: values or columns.
        kwargs
            Frames, columns and values by the names that ``{name}`` uses.

        Examples
        --------
        >>> spark.sql("select id from {ids} where id > :least", {"least": 1}, ids=spark.range(3))
        DataFrame[id: bigint]

        A script gives the rows of its last query:

        >>> spark.sql("BEGIN DECLARE n INT = 2; SET n = n * 21; SELECT n; END").collect()
        [Row(n=42)]
        """
        require(sqlQuery, str, "sqlQuery", "str")
        named: dict[str, _native.Expr] = {}
        positional: list[_native.Expr] = []
        if isinstance(args, dict):
            named = {key: literal(value) for key, value in args.items()}
        elif isinstance(args, list):
            positional = [literal(value) for value in args]
        elif args is not None:
            raise PySparkTypeError(
                errorClass="INVALID_TYPE",
                messageParameters={"arg_name": "args", "arg_type": type(args).__name__},
            )
        if not kwargs:
            # A query is only looked at here; INSERT and its like run.
            with watched(self, "sql"):
                return self._frame(self._native.sql(sqlQuery, named, positional))
        from caudal.sql._sql_text import format_sql

        with format_sql(self, sqlQuery, kwargs) as text, watched(self, "sql"):
            return self._frame(self._native.sql(text, named, positional))

    def table(self, tableName: str) -> DataFrame:
        """The frame of a view or table."""
        require(tableName, str, "tableName", "str")
        return self._frame(self._native.table(tableName))

    @property
    def read(self) -> DataFrameReader:
        """A reader of files and tables."""
        return DataFrameReader(self)

    @property
    def readStream(self) -> DataStreamReader:
        """A reader of streams."""
        from caudal.sql.streaming.readwriter import DataStreamReader

        return DataStreamReader(self)

    @property
    def streams(self) -> StreamingQueryManager:
        """The running streams."""
        from caudal.sql.streaming.query import StreamingQueryManager

        return StreamingQueryManager(self._native)

    def _repr_html_(self) -> str:
        return f"<div><p><b>SparkSession</b> (caudal)</p>{self._sc._repr_html_()}</div>"


at_home(__name__, SessionBuilder)
SessionBuilder.__qualname__ = "SparkSession.Builder"
