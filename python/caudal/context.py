"""`SparkContext`: the few facts of a program that are older than sessions.

There is no cluster behind it; it carries the program's name and settings and makes small
local RDDs.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

from caudal._context_jobs import ContextJobs
from caudal._missing import not_implemented
from caudal.conf import SparkConf
from caudal.errors import IllegalArgumentException

if TYPE_CHECKING:
    from caudal.rdd import RDD

__all__ = ["SPARK_VERSION", "SparkContext"]

T = TypeVar("T")
SPARK_VERSION = "4.3.0"
_LEVELS = ("ALL", "DEBUG", "ERROR", "WARN", "INFO", "OFF", "FATAL", "TRACE")


def _threads(master: str) -> int:
    """The threads of ``local``, ``local[4]``, ``local[*]`` (with ``, failures`` ignored).

    Raises
    ------
    PySparkNotImplementedError
        For any other master: there is no cluster to send work to.
    """
    found = re.fullmatch(r"local(?:\[\s*(\d+|\*)\s*(?:,\s*\d+\s*)?\])?", master.strip())
    if found is None:
        not_implemented(f"master '{master}' (only local, local[N] and local[*])")
    if found[1] is None:
        return 1
    return (os.cpu_count() or 1) if found[1] == "*" else int(found[1])


class SparkContext(ContextJobs):
    """The program: its name, its settings, its log level; ``spark.sparkContext``.

    Examples
    --------
    >>> spark.sparkContext.parallelize([1, 2, 3]).map(lambda x: x * 2).collect()
    [2, 4, 6]
    """

    _active_spark_context: ClassVar[SparkContext | None] = None
    _checkpoint_dir: str | None = None

    def __init__(
        self,
        master: str | None = None,
        appName: str | None = None,
        conf: SparkConf | None = None,
    ):
        existing = SparkContext._active_spark_context
        if existing is not None:
            raise ValueError(
                "Cannot run multiple SparkContexts at once; existing "
                f"SparkContext(app={existing.appName}, master={existing.master})"
            )
        self._conf = SparkConf().setAll(conf.getAll() if conf else [])
        if master:
            self._conf.setMaster(master)
        if appName:
            self._conf.setAppName(appName)
        self._conf.setIfMissing("spark.master", "local[*]")
        self._conf.setIfMissing("spark.app.name", "pyspark-shell")
        self.master: str = self._conf.get("spark.master") or ""
        self.appName: str = self._conf.get("spark.app.name") or ""
        self._parallelism = _threads(self.master)
        self.startTime: int = int(time.time() * 1000)
        self._id = f"local-{self.startTime}"
        SparkContext._active_spark_context = self

    @classmethod
    def getOrCreate(cls, conf: SparkConf | None = None) -> SparkContext:
        """The context there is, or a new one."""
        return cls._active_spark_context or cls(conf=conf)

    @property
    def version(self) -> str:
        """The version of Spark whose answers are given."""
        return SPARK_VERSION

    @property
    def applicationId(self) -> str:
        """A name of this run of the program."""
        return self._id

    @property
    def uiWebUrl(self) -> str | None:
        """The address of the web page: there is none yet."""
        return None

    @property
    def defaultParallelism(self) -> int:
        """The number of threads, from the master."""
        return self._parallelism

    @property
    def defaultMinPartitions(self) -> int:
        """At most 2."""
        return min(self._parallelism, 2)

    def getConf(self) -> SparkConf:
        """A copy of the settings."""
        return SparkConf().setAll(self._conf.getAll())

    def sparkUser(self) -> str:
        """The user's name."""
        import getpass

        return getpass.getuser()

    def setLogLevel(self, logLevel: str) -> None:
        """Sets the level of the package's log (Python's ``logging``, logger ``caudal``).

        Raises
        ------
        IllegalArgumentException
            For a level that Spark does not have.
        """
        import logging

        level = logLevel.upper()
        if level not in _LEVELS:
            raise IllegalArgumentException(
                f"requirement failed: Supplied level {logLevel} did not match one of: "
                + ",".join(_LEVELS)
            )
        numbers = {"ALL": 1, "TRACE": 5, "FATAL": logging.CRITICAL, "OFF": logging.CRITICAL + 10}
        logging.getLogger("caudal").setLevel(numbers.get(level, getattr(logging, level, 1)))

    def parallelize(self, c: Iterable[T], numSlices: int | None = None) -> RDD[T]:
        """A local RDD of the values.

        Parameters
        ----------
        c
            The values.
        numSlices
            Number of partitions; as many as there are threads without it.
        """
        from caudal.rdd import RDD

        count = self.defaultParallelism if numSlices is None else int(numSlices)
        if count < 1:
            raise IllegalArgumentException("Positive number of partitions required")
        # A range is cut evenly, a list as it is sent.
        values: Any = c if isinstance(c, range) else list(c)
        return RDD(lambda: values, partitions=count)

    def range(
        self, start: int, end: int | None = None, step: int = 1, numSlices: int | None = None
    ) -> RDD[int]:
        """A local RDD of whole numbers, from `start` to before `end`, or from 0 to `start`."""
        values = range(start) if end is None else range(start, end, step)
        return self.parallelize(values, numSlices)

    def union(self, rdds: list[RDD[T]]) -> RDD[T]:
        """The partitions of all, one after the other."""
        from caudal.rdd import RDD

        count = sum(rdd.getNumPartitions() for rdd in rdds)
        return RDD(tuple, None, count, lambda: [part for rdd in rdds for part in rdd._parts()])

    def emptyRDD(self) -> RDD[Any]:
        """An RDD without values, and without partitions."""
        from caudal.rdd import RDD

        return RDD(tuple, None, 0, list)

    def stop(self) -> None:
        """Ends the program's session."""
        from caudal.sql.session import SparkSession

        session = SparkSession._instantiated
        if session is not None and session._sc is self:
            session.stop()
        if SparkContext._active_spark_context is self:
            SparkContext._active_spark_context = None

    def setCheckpointDir(self, dirName: str) -> None:
        """Says where `DataFrame.checkpoint` may write; it keeps its rows in memory instead.

        Parameters
        ----------
        dirName
            A folder; it is made where it is not there.
        """
        os.makedirs(dirName, exist_ok=True)
        self._checkpoint_dir = dirName

    def getCheckpointDir(self) -> str | None:
        """The folder of `setCheckpointDir`, or None."""
        return self._checkpoint_dir

    def __enter__(self) -> SparkContext:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(f"'SparkContext' object has no attribute '{name}'")
        if name in _NOT_YET:
            not_implemented(f"SparkContext.{name}")
        raise AttributeError(f"'SparkContext' object has no attribute '{name}'")

    def __repr__(self) -> str:
        return f"<SparkContext master={self.master} appName={self.appName}>"

    def _repr_html_(self) -> str:
        facts = {"Version": f"v{self.version}", "Master": self.master, "AppName": self.appName}
        lines = [f"<dt>{k}</dt><dd><code>{escape(str(v))}</code></dd>" for k, v in facts.items()]
        return f"<div><p><b>SparkContext</b></p><dl>{''.join(lines)}</dl></div>"


_NOT_YET = frozenset(
    """addArchive addFile addPyFile archives binaryFiles binaryRecords
    dump_profiles files hadoopFile hadoopRDD newAPIHadoopFile newAPIHadoopRDD pickleFile
    sequenceFile setSystemProperty show_profiles statusTracker""".split()
)
