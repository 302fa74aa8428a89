"""By what the operations of a thread go: tags of sessions, local properties, the job group.

Each thread has its own. The core is told of a thread's names whenever they change, so that it
can stop what was begun under them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from caudal.errors import IllegalArgumentException

if TYPE_CHECKING:
    from caudal import _native

GROUP = "spark.jobGroup.id"
DESCRIPTION = "spark.job.description"
INTERRUPTS = "spark.job.interruptOnCancel"


@dataclass
class Labels:
    """What one thread's operations are called."""

    tags: dict[_native.Session, set[str]] = field(default_factory=dict)
    job_tags: set[str] = field(default_factory=set)
    properties: dict[str, str] = field(default_factory=dict)


_threads = threading.local()


def of_thread() -> Labels:
    """The names of this thread's operations; to be told after a change."""
    if not hasattr(_threads, "labels"):
        _threads.labels = Labels()
    found: Labels = _threads.labels
    return found


def tell() -> None:
    """Tells the core of this thread's names."""
    # The core is not there yet where only a context is made.
    from caudal import _native

    labels = of_thread()
    tags = [(session, tag) for session, tags in labels.tags.items() for tag in sorted(tags)]
    _native.label_thread(tags, labels.properties.get(GROUP), sorted(labels.job_tags))


def checked(tag: str) -> str:
    """The tag, if it can be one.

    Raises
    ------
    IllegalArgumentException
        For none, an empty one, or one with a comma.
    """
    if tag is None:
        raise IllegalArgumentException("Spark job tag cannot be null.")
    if tag == "":
        raise IllegalArgumentException("Spark job tag cannot be an empty string.")
    if "," in tag:
        raise IllegalArgumentException("Spark job tag cannot contain ','.")
    return tag
