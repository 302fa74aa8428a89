"""`SparkSession` members that are not there: each raises an error that names it."""

from __future__ import annotations

from typing import Any, NoReturn

from caudal._missing import not_implemented
from caudal.errors import PySparkRuntimeError


class SessionMissing:
    """Members that are not there yet."""

    @property
    def client(self) -> Any:
        """The client of Spark Connect: there is none.

        Raises
        ------
        PySparkRuntimeError
            Always (``ONLY_SUPPORTED_WITH_SPARK_CONNECT``).
        """
        _connect_only("client")

    def addArtifact(
        self,
        *path: Any,
        pyfile: Any = False,
        archive: Any = False,
        file: Any = False,
    ) -> Any:
        """Not there yet."""
        not_implemented("SparkSession.addArtifact")

    def addArtifacts(
        self,
        *path: Any,
        pyfile: Any = False,
        archive: Any = False,
        file: Any = False,
    ) -> Any:
        """Not there yet."""
        not_implemented("SparkSession.addArtifacts")

    def clearProgressHandlers(self) -> Any:
        """Forgets the handlers of progress: only with Spark Connect.

        Raises
        ------
        PySparkRuntimeError
            Always (``ONLY_SUPPORTED_WITH_SPARK_CONNECT``).
        """
        _connect_only("clearProgressHandlers")

    def copyFromLocalToFs(self, local_path: Any, dest_path: Any) -> Any:
        """A file to the cluster: only with Spark Connect.

        Raises
        ------
        PySparkRuntimeError
            Always (``ONLY_SUPPORTED_WITH_SPARK_CONNECT``).
        """
        _connect_only("copyFromLocalToFs")

    @property
    def profile(self) -> Any:
        """Not there yet."""
        not_implemented("SparkSession.profile")

    def registerProgressHandler(self, handler: Any) -> Any:
        """Adds a handler of progress: only with Spark Connect.

        Raises
        ------
        PySparkRuntimeError
            Always (``ONLY_SUPPORTED_WITH_SPARK_CONNECT``).
        """
        _connect_only("registerProgressHandler")

    def removeProgressHandler(self, handler: Any) -> Any:
        """Takes a handler of progress away: only with Spark Connect.

        Raises
        ------
        PySparkRuntimeError
            Always (``ONLY_SUPPORTED_WITH_SPARK_CONNECT``).
        """
        _connect_only("removeProgressHandler")


def _connect_only(member: str) -> NoReturn:
    raise PySparkRuntimeError(
        errorClass="ONLY_SUPPORTED_WITH_SPARK_CONNECT",
        messageParameters={"feature": f"SparkSession.{member}"},
    )
