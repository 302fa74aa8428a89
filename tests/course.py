"""Where the course's data and documents lie on this machine; neither is part of the repository."""

import os
from pathlib import Path

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


def course_data() -> Path | None:
    """The folder with ``events/``: ``CAUDAL_COURSE_DATA``, else ``../shared/data``."""
    folder = Path(os.environ.get("CAUDAL_COURSE_DATA") or SHARED / "data")
    return folder.resolve() if (folder / "events").is_dir() else None


def course_documents() -> Path | None:
    """The lessons' texts: ``CAUDAL_COURSE_DOCUMENTS``, else ``../shared/course``."""
    folder = Path(os.environ.get("CAUDAL_COURSE_DOCUMENTS") or SHARED / "course")
    return folder.resolve() if (folder / "events_es.txt").is_file() else None
