"""`SparkSession.builder`: settings gathered, then a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal._missing import not_implemented
from caudal.conf import SparkConf
from caudal.errors import AnalysisException
from caudal.sql._packages import tell_of_packages

if TYPE_CHECKING:
    from caudal.sql.conf import RuntimeConfig
    from caudal.sql.session import SparkSession

_FIXED = ("CANNOT_MODIFY_STATIC_CONFIG", "CANNOT_MODIFY_CONFIG")


class Builder:
    """Gathers settings for a session; each method returns the builder.

    Examples
    --------
    >>> from caudal.sql import SparkSession
    >>> builder = SparkSession.builder.appName("lesson").config("spark.sql.ansi.enabled", True)
    >>> spark = builder.getOrCreate()
    """

    def __init__(self) -> None:
        self._options: dict[str, Any] = {}

    def config(
        self,
        key: str | None = None,
        value: Any | None = None,
        conf: SparkConf | None = None,
        *,
        map: dict[str, Any] | None = None,
    ) -> Builder:
        """Sets one value by name, or all of a `SparkConf`, or all of a dictionary."""
        if conf is not None:
            self._options.update(conf.getAll())
        elif map is not None:
            self._options.update(map)
        elif key is not None:
            self._options[key] = value
        return self

    def master(self, master: str) -> Builder:
        """Where to run: ``local``, ``local[2]``, ``local[*]``."""
        return self.config("spark.master", master)

    def appName(self, name: str) -> Builder:
        """The program's name."""
        return self.config("spark.app.name", name)

    def enableHiveSupport(self) -> Builder:
        """Hive's catalog (not there yet)."""
        not_implemented("SparkSession.builder.enableHiveSupport")

    def remote(self, url: str) -> Builder:
        """A Spark Connect server (not there yet)."""
        not_implemented("SparkSession.builder.remote")

    def getOrCreate(self) -> SparkSession:
        """The session there is, with these settings applied, or a new one."""
        from caudal.sql.session import SparkSession

        settings = self._given()
        tell_of_packages(settings)
        return SparkSession._get_or_create(settings)

    def create(self) -> SparkSession:
        """A new session with these settings, beside the one there is, of the same program.

        Examples
        --------
        >>> from caudal.sql import SparkSession
        >>> other = SparkSession.builder.config("spark.sql.shuffle.partitions", 7).create()
        >>> other is spark, other.conf.get("spark.sql.shuffle.partitions")
        (False, '7')
        """
        from caudal.sql.session import SparkSession

        settings = self._given()
        tell_of_packages(settings)
        active = SparkSession._active or SparkSession._instantiated
        if active is None or active._is_stopped:
            return SparkSession._get_or_create(settings)
        session = active.newSession()
        apply_options(session._conf, settings)
        return session

    def _given(self) -> dict[str, Any]:
        found = {key: value for key, value in self._options.items() if value is not None}
        if "spark.remote" in found:
            not_implemented("spark.remote")
        return found


def apply_options(conf: RuntimeConfig, options: dict[str, Any]) -> None:
    """Sets what can still change in a session that exists; the rest is left as it is, with
    a line in the log, as in Spark."""
    for key, value in options.items():
        try:
            conf.set(key, value if isinstance(value, (str, int)) else str(value))
        except AnalysisException as error:
            if error.getCondition() not in _FIXED:
                raise
            import logging

            # Every program names itself, and in a notebook the session is there before it.
            level = logging.INFO if key == "spark.app.name" else logging.WARNING
            logging.getLogger("caudal").log(
                level, "%s is fixed when the session starts; it was not changed", key
            )
