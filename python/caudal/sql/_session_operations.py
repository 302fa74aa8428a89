"""`SparkSession` members about what runs: tags of operations, and their interruption.

Tags belong to a thread: what it begins from then on has them. The names themselves are kept in
`caudal._labels`, which tells the core.
"""

from __future__ import annotations

from caudal import _labels, _native
from caudal.errors import IllegalArgumentException


class SessionOperations:
    """Tags and interruptions."""

    _native: _native.Session

    def addTag(self, tag: str) -> None:
        """Adds a tag to the operations that this thread begins from now on.

        Parameters
        ----------
        tag
            Not empty, and without a comma.

        Raises
        ------
        IllegalArgumentException
            For another one.

        Examples
        --------
        >>> spark.addTag("nightly")
        >>> spark.getTags()
        {'nightly'}
        >>> spark.clearTags()
        """
        _labels.checked(tag)
        _labels.of_thread().tags.setdefault(self._native, set()).add(tag)
        _labels.tell()

    def removeTag(self, tag: str) -> None:
        """Takes a tag away; one that is not there is none.

        Raises
        ------
        IllegalArgumentException
            For an empty one, or one with a comma.
        """
        _labels.checked(tag)
        _labels.of_thread().tags.get(self._native, set()).discard(tag)
        _labels.tell()

    def getTags(self) -> set[str]:
        """The tags of this thread's operations."""
        return set(_labels.of_thread().tags.get(self._native, set()))

    def clearTags(self) -> None:
        """Takes all tags of this thread's operations away."""
        _labels.of_thread().tags.pop(self._native, None)
        _labels.tell()

    def interruptAll(self) -> list[str]:
        """Stops all batch operations of the session, whatever thread waits for them.

        Returns
        -------
        list of str
            The numbers of the operations.
        """
        return _native.interrupt(self._native)

    def interruptTag(self, tag: str) -> list[str]:
        """Stops the batch operations of the session that have a tag.

        Returns
        -------
        list of str
            The numbers of the operations.
        """
        return _native.interrupt(self._native, tag=tag)

    def interruptOperation(self, op_id: str) -> list[str]:
        """Stops the operation of a number, as the other interruptions give it.

        Returns
        -------
        list of str
            The number, if there was such an operation.

        Raises
        ------
        IllegalArgumentException
            For text that is no number.
        """
        try:
            number = int(op_id)
        except ValueError:
            raise IllegalArgumentException("executionId must be a number in string form.") from None
        return [] if number < 0 else _native.interrupt(self._native, id=number)
