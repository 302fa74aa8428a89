"""What a function of the user's raised, as Spark shows it."""

from __future__ import annotations

import os
import traceback
from types import TracebackType

_OWN = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep


def traceback_of(error: BaseException) -> str:
    """The traceback from the user's own code on; whole where none of it is the user's.

    Examples
    --------
    >>> traceback_of(ValueError("no"))
    'ValueError: no\\n'
    """
    whole: TracebackType | None = error.__traceback__
    first = whole
    while first is not None and _is_own(first):
        first = first.tb_next
    if first is None:
        first = whole
    lines = traceback.format_exception(type(error), error, first)
    return "".join(lines)


def _is_own(frame: TracebackType) -> bool:
    return os.path.abspath(frame.tb_frame.f_code.co_filename).startswith(_OWN)
