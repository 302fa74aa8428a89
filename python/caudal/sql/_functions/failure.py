"""What a function of the user's raised, as Spark shows it."""

from __future__ import annotations

import os
import re
import traceback
from types import TracebackType

_OWN = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep

_AT_HOME = re.compile(r"^pyspark\.errors\.(?=PySpark\w+: )", re.MULTILINE)


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
    text = "".join(traceback.format_exception(type(error), error, first))
    # The errors of PySpark's own checks, where PySpark defines them.
    return _AT_HOME.sub("pyspark.errors.exceptions.base.", text)


def _is_own(frame: TracebackType) -> bool:
    return os.path.abspath(frame.tb_frame.f_code.co_filename).startswith(_OWN)
