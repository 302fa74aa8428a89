"""`SparkContext` members about what runs, and about values that tasks share.

There are no tasks elsewhere: a broadcast value is the value, an accumulator is a number that
this process adds to, a job is whatever some thread waits for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal import _labels, _native

if TYPE_CHECKING:
    from caudal.rdd import RDD


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
        _native.cancel_jobs(group=groupId)

    def cancelJobsWithTag(self, tag: str) -> None:
        """Stops the batch jobs that have a tag."""
        _native.cancel_jobs(tag=tag)

    def cancelAllJobs(self) -> None:
        """Stops all batch jobs."""
        _native.cancel_jobs()

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
