"""`RDD`: a small local one, enough for ``df.rdd.map(…).collect()`` and its like.

The values are read when an action asks for them, in this process, by Python itself. What is
not here raises an error that names it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from caudal._missing import not_implemented

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.session import SparkSession

__all__ = ["RDD"]

T = TypeVar("T")
U = TypeVar("U")


class RDD(Generic[T]):
    """Values of this process, in partitions.

    Examples
    --------
    >>> sc = spark.sparkContext
    >>> sc.parallelize(["a b", "c"]).flatMap(str.split).map(str.upper).collect()
    ['A', 'B', 'C']
    """

    def __init__(
        self,
        read: Callable[[], Iterable[T]],
        session: SparkSession | None = None,
        partitions: int = 1,
        parts: Callable[[], Sequence[Iterable[T]]] | None = None,
    ):
        self._session = session
        self._count = partitions
        self._parts: Callable[[], Sequence[Iterable[T]]] = parts or (
            lambda: _cut(read(), partitions)
        )

    def _read(self) -> Iterable[T]:
        return chain.from_iterable(self._parts())

    def _then(self, change: Callable[[Iterable[T]], Iterable[U]]) -> RDD[U]:
        """The same change of each partition."""
        changed: RDD[U] = RDD(tuple, self._session, self._count)
        changed._parts = lambda: [change(values) for values in self._parts()]
        return changed

    def _together(self, change: Callable[[Iterable[T]], Iterable[U]]) -> RDD[U]:
        """A change that looks at all values; what comes of it is one partition."""
        return RDD(lambda: change(self._read()), self._session)

    # Transformations.

    def map(self, f: Callable[[T], U], preservesPartitioning: bool = False) -> RDD[U]:
        """``f`` of each value."""
        return self._then(lambda values: (f(v) for v in values))

    def flatMap(self, f: Callable[[T], Iterable[U]], preservesPartitioning: bool = False) -> RDD[U]:
        """The values of ``f`` of each value, one after the other."""
        return self._then(lambda values: chain.from_iterable(f(v) for v in values))

    def filter(self, f: Callable[[T], Any]) -> RDD[T]:
        """The values for which ``f`` is true."""
        return self._then(lambda values: (v for v in values if f(v)))

    def mapPartitions(
        self, f: Callable[[Iterator[T]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """``f`` of each whole partition."""
        return self._then(lambda values: f(iter(values)))

    def mapPartitionsWithIndex(
        self,
        f: Callable[[int, Iterator[T]], Iterable[U]],
        preservesPartitioning: bool = False,
    ) -> RDD[U]:
        """``f`` of the number of each partition, from 0, and its values."""
        changed: RDD[U] = RDD(tuple, self._session, self._count)
        changed._parts = lambda: [f(i, iter(values)) for i, values in enumerate(self._parts())]
        return changed

    def distinct(self, numPartitions: int | None = None) -> RDD[T]:
        """Each value once."""
        if numPartitions not in (None, 1):
            not_implemented("RDD.distinct with numPartitions")
        return self._together(lambda values: list(dict.fromkeys(values)))

    def keys(self: RDD[Any]) -> RDD[Any]:
        """The first part of each pair."""
        return self.map(lambda pair: pair[0])

    def values(self: RDD[Any]) -> RDD[Any]:
        """The second part of each pair."""
        return self.map(lambda pair: pair[1])

    def mapValues(self: RDD[Any], f: Callable[[Any], Any]) -> RDD[Any]:
        """``f`` of the second part of each pair."""
        return self.map(lambda pair: (pair[0], f(pair[1])))

    def reduceByKey(self: RDD[Any], func: Callable[[Any, Any], Any]) -> RDD[Any]:
        """One pair a key, its values combined by ``func``."""

        def combined(pairs: Iterable[Any]) -> Iterable[Any]:
            found: dict[Any, Any] = {}
            for key, value in pairs:
                found[key] = func(found[key], value) if key in found else value
            return list(found.items())

        return self._together(combined)

    def sortBy(
        self,
        keyfunc: Callable[[T], Any],
        ascending: bool = True,
        numPartitions: int | None = None,
    ) -> RDD[T]:
        """The values in the order of ``keyfunc``."""
        if numPartitions not in (None, 1):
            not_implemented("RDD.sortBy with numPartitions")
        return self._together(lambda values: sorted(values, key=keyfunc, reverse=not ascending))

    def cache(self) -> RDD[T]:
        """Keeps the values once they are read."""
        kept: list[Iterable[T]] = []
        read = self._parts

        def once() -> Sequence[Iterable[T]]:
            if not kept:
                kept.extend([list(values) for values in read()])
            return kept

        self._parts = once
        return self

    # Actions.

    def collect(self) -> list[T]:
        """All values."""
        return list(self._read())

    def take(self, num: int) -> list[T]:
        """The first values."""
        return list(islice(self._read(), num))

    def first(self) -> T:
        """The first value.

        Raises
        ------
        ValueError
            Where there is none.
        """
        found = self.take(1)
        if not found:
            raise ValueError("RDD is empty")
        return found[0]

    def count(self) -> int:
        """The number of values."""
        return sum(1 for _ in self._read())

    def isEmpty(self) -> bool:
        """Whether there is no value."""
        return not self.take(1)

    def reduce(self, f: Callable[[T, T], T]) -> T:
        """All values combined by ``f``.

        Raises
        ------
        ValueError
            Where there is none.
        """
        values = self.collect()
        if not values:
            raise ValueError("Can not reduce() empty RDD")
        return reduce(f, values)

    def foreach(self, f: Callable[[T], Any]) -> None:
        """Calls ``f`` with each value."""
        for value in self._read():
            f(value)

    def foreachPartition(self, f: Callable[[Iterator[T]], Any]) -> None:
        """Calls ``f`` with an iterator of each partition's values."""
        for values in self._parts():
            f(iter(values))

    def glom(self) -> RDD[list[T]]:
        """Each partition as one list."""
        return self._then(lambda values: [list(values)])

    def sum(self: RDD[Any]) -> Any:
        """The sum, 0 where there is no value."""
        return sum(self._read())

    def max(self: RDD[Any], key: Callable[[Any], Any] | None = None) -> Any:
        """The greatest value."""
        return max(self._read(), key=key)

    def min(self: RDD[Any], key: Callable[[Any], Any] | None = None) -> Any:
        """The least value."""
        return min(self._read(), key=key)

    def mean(self: RDD[Any]) -> float:
        """The mean."""
        values = self.collect()
        return float(sum(values)) / len(values)

    def countByKey(self: RDD[Any]) -> dict[Any, int]:
        """How many pairs each key has."""
        return self.keys().countByValue()

    def countByValue(self) -> dict[T, int]:
        """How often each value comes."""
        found: dict[T, int] = defaultdict(int)
        for value in self._read():
            found[value] += 1
        return found

    def getNumPartitions(self) -> int:
        """The number of partitions."""
        return self._count

    def toDF(self, schema: Any = None, sampleRatio: float | None = None) -> DataFrame:
        """A frame of the values; as ``spark.createDataFrame``."""
        from caudal.sql.session import SparkSession

        session = self._session or SparkSession.active()
        return session.createDataFrame(self, schema, sampleRatio)

    def __getattr__(self, name: str) -> NoReturn:
        if name in _NOT_YET:
            not_implemented(f"RDD.{name}")
        raise AttributeError(f"'RDD' object has no attribute '{name}'")


def _cut(values: Iterable[T], count: int) -> list[Iterable[T]]:
    """The values in `count` partitions, as PySpark sends them: in batches, dealt out evenly."""
    if count == 1:
        return [values]
    found = list(values)
    batch = 1 if isinstance(values, range) else max(1, min(len(found) // count, 1024))
    batches = -(-len(found) // batch)
    ends = [batches * i // count * batch for i in range(count + 1)]
    return [found[start:end] for start, end in pairwise(ends)]


_NOT_YET = frozenset(
    """aggregate aggregateByKey barrier cartesian checkpoint cleanShuffleDependencies coalesce
    cogroup collectAsMap collectWithJobGroup combineByKey context countApprox
    countApproxDistinct flatMapValues fold foldByKey fullOuterJoin
    getCheckpointFile getResourceProfile getStorageLevel groupBy groupByKey groupWith
    histogram id intersection isCheckpointed isLocallyCheckpointed join keyBy leftOuterJoin
    localCheckpoint lookup mapPartitionsWithSplit meanApprox name
    partitionBy persist pipe randomSplit reduceByKeyLocally repartition
    repartitionAndSortWithinPartitions rightOuterJoin sample sampleByKey sampleStdev
    sampleVariance saveAsHadoopDataset saveAsHadoopFile saveAsNewAPIHadoopDataset
    saveAsNewAPIHadoopFile saveAsPickleFile saveAsSequenceFile saveAsTextFile setName sortByKey
    stats stdev subtract subtractByKey sumApprox takeOrdered takeSample toDebugString
    toLocalIterator top treeAggregate treeReduce union unpersist variance withResources zip
    zipWithIndex zipWithUniqueId""".split()
)
