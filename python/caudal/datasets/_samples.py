"""Sample data under the names that notebooks know, made on first use."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from shutil import rmtree

from caudal.datasets._events import events

# Another number when what is generated changes: an old folder is then not taken for it.
_VERSION = 1


def cache_folder() -> Path:
    """Where generated data is kept: ``CAUDAL_CACHE``, or the user's cache folder."""
    named = os.environ.get("CAUDAL_CACHE")
    if named:
        return Path(named).absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache").absolute() / "caudal"


def sample_events() -> str:
    """The folder behind ``/databricks-datasets/structured-streaming/events``.

    Returns
    -------
    str
        A folder with ``file-0.json`` to ``file-49.json``, as `caudal.datasets.events` writes
        them. It appears whole or not at all.

    Raises
    ------
    OSError
        Where the cache folder cannot be written; ``CAUDAL_CACHE`` names another.
    """
    folder = cache_folder() / f"events-{_VERSION}"
    if folder.is_dir():
        return str(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = tempfile.mkdtemp(prefix=".events-", dir=folder.parent)
    try:
        events(unfinished)
        os.rename(unfinished, folder)
    except OSError:
        # Another process may have been first.
        if not folder.is_dir():
            raise
    finally:
        rmtree(unfinished, ignore_errors=True)
    return str(folder)
