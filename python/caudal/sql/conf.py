"""`RuntimeConfig`: the settings of a session while it runs."""

from __future__ import annotations

from typing import Any

from caudal import _native
from caudal._globals import _NoValue, _NoValueType
from caudal.errors import IllegalArgumentException
from caudal.sql._convert import not_expected, option_text, require

__all__ = ["RuntimeConfig"]


class RuntimeConfig:
    """Settings by name; ``spark.conf``.

    Values are text, as in Spark. A name that Spark does not know is kept too.

    Examples
    --------
    >>> spark.conf.set("spark.sql.session.timeZone", "UTC")
    >>> spark.conf.get("spark.sql.session.timeZone")
    'UTC'
    """

    def __init__(self, session: _native.Session):
        self._native = session

    def set(self, key: str, value: str | int | bool) -> None:
        """Sets a value; True becomes ``true``.

        Raises
        ------
        IllegalArgumentException
            For None.
        AnalysisException
            For a setting that is fixed when the session starts
            (``CANNOT_MODIFY_STATIC_CONFIG``).
        """
        require(key, str, "key", "str")
        if value is None:
            raise IllegalArgumentException(
                f"requirement failed: value cannot be null for key: {key}"
            )
        if not isinstance(value, (str, int)):
            not_expected("value", "bool, int or str", value)
        self._native.conf_set(key, str(option_text(value)))

    def get(self, key: str, default: str | None | _NoValueType = _NoValue) -> Any:
        """The value that was set, or else `default`; without `default` the setting's own.

        Raises
        ------
        SparkNoSuchElementException
            Without `default`, for a name that is not set and has no default
            (``SQL_CONF_NOT_FOUND``).
        """
        require(key, str, "key", "str")
        if isinstance(default, _NoValueType):
            return self._native.conf_get(key)
        if default is not None:
            require(default, str, "default", "str")
        return self._native.conf_all().get(key, default)

    def unset(self, key: str) -> None:
        """Puts a setting back to its default."""
        require(key, str, "key", "str")
        self._native.conf_unset(key)

    def isModifiable(self, key: str) -> bool:
        """Whether a setting can change while the session runs."""
        require(key, str, "key", "str")
        return self._native.conf_is_modifiable(key)

    @property
    def getAll(self) -> dict[str, str]:
        """Every setting that was set."""
        return self._native.conf_all()
