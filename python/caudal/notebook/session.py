"""The notebook's session: hosted notebooks have one from the start, set as their courses expect.

Knows nothing of magics and of what is shown.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from caudal import conf
from caudal.sql.context import SQLContext
from caudal.sql.session import SparkSession

__all__ = ["COURSE_SETTINGS", "current", "leave_course_mode", "start"]

# What notebooks of hosted clusters rely on and Spark 4 does not begin with: setting, value and
# what it does, for the line that says so.
COURSE_SETTINGS: tuple[tuple[str, str, str], ...] = (
    (
        "spark.sql.legacy.parser.havingWithoutGroupByAsWhere",
        "true",
        "HAVING without GROUP BY filters rows",
    ),
    ("spark.sql.session.timeZone", "UTC", "times are shown in UTC"),
)


def start() -> tuple[SparkSession, list[str]]:
    """The session there is or a new one, and what the settings of courses do that were set.

    What the program itself has set stays: only a new session begins with them, and every later
    one of this process.
    """
    conf.DEFAULTS.update({key: value for key, value, _ in COURSE_SETTINGS})
    existing = SparkSession.getActiveSession()
    session = existing or SparkSession.builder.getOrCreate()
    effects = [
        f"{effect} ({key}={value})"
        for key, value, effect in COURSE_SETTINGS
        if session.conf.get(key) == value
    ]
    return session, effects


def leave_course_mode() -> None:
    """Later sessions begin as Spark's do."""
    for key, _, _ in COURSE_SETTINGS:
        conf.DEFAULTS.pop(key, None)


# What is of the notebook's surroundings rather than of one session's queries.
_SHARED = ("spark.caudal.fs.", "spark.caudal.secrets.", "fs.")


def another(session: SparkSession) -> SparkSession:
    """A session for another notebook: its settings are its own, its mounts, stores and secrets
    are those of `session`."""
    other = session.newSession()
    for key, value in session.conf.getAll.items():
        if key.startswith(_SHARED):
            other.conf.set(key, value)
    return other


def current(namespace: MutableMapping[str, Any]) -> SparkSession:
    """The session that the notebook means: its variable ``spark``, else the active one.

    Where that was stopped, a new one begins and takes its place.
    """
    named = namespace.get("spark")
    if isinstance(named, SparkSession) and not named._is_stopped:
        return named
    session = SparkSession.builder.getOrCreate()
    if named is None or isinstance(named, SparkSession):
        namespace.update(spark=session, sc=session.sparkContext)
        context = namespace.get("sqlContext")
        if isinstance(context, SQLContext):
            context.sparkSession = session
    return session
