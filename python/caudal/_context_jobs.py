"""`SparkContext` members about what runs, and about values that tasks share.

There are no tasks elsewhere: a broadcast value is the value, an accumulator is a number that
this process adds to, a job is whatever some thread waits for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from caudal import _labels
from caudal.accumulators import Accumulator, AccumulatorParam
from caudal.broadcast import Broadcast

if TYPE_CHECKING:
    from caudal.rdd import RDD

T = TypeVar("T")


def _native() -> Any:
    """The core, which is not there where only a context is made."""
    from caudal import _native

    return _native


class ContextJobs:
    """Job groups, local properties, RDDs of numbers and files, values that tasks share."""

    def setLocalProperty(self, key: str, value: str | None) -> None:
        """Sets a property of this thread's jobs, or takes it away with None."""
        properties = _labels.of_thread().properties
        if value is None:
            properties.pop(key, None)
        else:
            properties[key] = value
        _labels.tell()

    def getLocalProperty(self, key: str) -> str | None:
        """A property of this thread's jobs, or None."""
        return _labels.of_thread().properties.get(key)

    def setJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> None:
        """Puts the jobs that this thread begins from now on into a group.

        Parameters
        ----------
        groupId
            What :meth:`cancelJobGroup` calls it.
        description
            For people.
        interruptOnCancel
            Whether a job's threads are interrupted; a job is stopped either way.

        Examples
        --------
        >>> sc = spark.sparkContext
        >>> sc.setJobGroup("nightly", "the nightly load")
        >>> sc.getLocalProperty("spark.jobGroup.id")
        'nightly'
        >>> sc.setLocalProperty("spark.jobGroup.id", None)
        """
        self.setLocalProperty(_labels.GROUP, groupId)
        self.setLocalProperty(_labels.DESCRIPTION, description)
        self.setInterruptOnCancel(interruptOnCancel)

    def setJobDescription(self, value: str | None) -> None:
        """Describes the jobs that this thread begins from now on."""
        self.setLocalProperty(_labels.DESCRIPTION, value)

    def setInterruptOnCancel(self, interruptOnCancel: bool) -> None:
        """Whether threads of jobs that are stopped are interrupted; jobs stop either way."""
        self.setLocalProperty(_labels.INTERRUPTS, "true" if interruptOnCancel else "false")

    def cancelJobGroup(self, groupId: str) -> None:
        """Stops the batch jobs of a group, whatever thread waits for them."""
        _native().cancel_jobs(group=groupId)

    def cancelJobsWithTag(self, tag: str) -> None:
        """Stops the batch jobs that have a tag."""
        _native().cancel_jobs(tag=tag)

    def cancelAllJobs(self) -> None:
        """Stops all batch jobs."""
        _native().cancel_jobs()

    def addJobTag(self, tag: str) -> None:
        """Adds a tag to the jobs that this thread begins from now on.

        Raises
        ------
        IllegalArgumentException
            For an empty one, or one with a comma.
        """
        _labels.of_thread().job_tags.add(_labels.checked(tag))
        _labels.tell()

    def removeJobTag(self, tag: str) -> None:
        """Takes a tag of this thread's jobs away."""
        _labels.of_thread().job_tags.discard(_labels.checked(tag))
        _labels.tell()

    def getJobTags(self) -> set[str]:
        """The tags of this thread's jobs."""
        return set(_labels.of_thread().job_tags)

    def clearJobTags(self) -> None:
        """Takes all tags of this thread's jobs away."""
        _labels.of_thread().job_tags.clear()
        _labels.tell()

    def broadcast(self, value: T) -> Broadcast[T]:
        """The value as one that tasks share."""
        return Broadcast(value)

    def accumulator(
        self, value: T, accum_param: AccumulatorParam[T] | None = None
    ) -> Accumulator[T]:
        """A number that tasks add to.

        Parameters
        ----------
        value
            What it begins with.
        accum_param
            How values are added, where they are no numbers.
        """
        return Accumulator(value, accum_param)

    def textFile(
        self, name: str, minPartitions: int | None = None, use_unicode: bool = True
    ) -> RDD[Any]:
        """The lines of files.

        Parameters
        ----------
        name
            A file, a folder, or a pattern.
        minPartitions
            Changes nothing: the lines are in one partition.
        use_unicode
            Text; bytes in UTF-8 without it.
        """
        from caudal.sql.session import SparkSession

        lines = SparkSession.active().read.text(name).rdd
        if use_unicode:
            return lines.map(lambda row: row[0])
        return lines.map(lambda row: row[0].encode())

    def wholeTextFiles(
        self, path: str, minPartitions: int | None = None, use_unicode: bool = True
    ) -> RDD[tuple[str, Any]]:
        """The paths of files, each with what the file holds.

        See :meth:`textFile` for the parameters.
        """
        from caudal.sql import functions as F
        from caudal.sql.session import SparkSession

        files = SparkSession.active().read.text(path, wholetext=True)
        rows = files.select(F.input_file_name(), "value").rdd
        return rows.map(
            lambda row: (
                row[0].replace("file:///", "file:/", 1),
                row[1] if use_unicode else row[1].encode(),
            )
        )

    @property
    def resources(self) -> dict[str, Any]:
        """Resources of the driver beside its cores: none."""
        return {}

    @property
    def listFiles(self) -> list[str]:
        """The files that were added: none, as nothing can be added."""
        return []

    @property
    def listArchives(self) -> list[str]:
        """The archives that were added: none."""
        return []

    def runJob(
        self,
        rdd: RDD[Any],
        partitionFunc: Any,
        partitions: list[int] | None = None,
        allowLocal: bool = False,
    ) -> list[Any]:
        """What a function gives for each partition, one after the other.

        Parameters
        ----------
        rdd
            Whose partitions.
        partitionFunc
            Takes an iterator of a partition's values and gives values.
        partitions
            The numbers of partitions; all without it.
        allowLocal
            Changes nothing, in Spark neither.
        """
        parts = list(rdd._parts())
        numbers = range(len(parts)) if partitions is None else partitions
        return [value for number in numbers for value in partitionFunc(iter(parts[number]))]
