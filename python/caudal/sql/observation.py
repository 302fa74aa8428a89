"""Metrics of the rows that pass through a frame."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from caudal import _native
from caudal.errors import PySparkAssertionError, PySparkValueError
from caudal.sql._convert import require
from caudal.sql.types import _create_row

__all__ = ["Observation"]


class Observation:
    """Metrics of a frame's rows, which the first action over it fills.

    Parameters
    ----------
    name
        What the metrics are called in plans; without one they get a name of their own.

    Raises
    ------
    PySparkTypeError
        For a name that is no text.
    PySparkValueError
        For an empty name (``VALUE_NOT_NON_EMPTY_STR``).

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> observation = Observation("sizes")
    >>> observed = spark.range(4).observe(observation, F.count("*").alias("n"), F.sum("id"))
    >>> observed.collect()[0]
    Row(id=0)
    >>> observation.get
    {'n': 4, 'sum(id)': 6}
    """

    def __init__(self, name: str | None = None):
        if name is not None:
            require(name, str, "name", "str")
            if name == "":
                raise PySparkValueError(
                    errorClass="VALUE_NOT_NON_EMPTY_STR",
                    messageParameters={"arg_name": "name", "arg_value": name},
                )
        self._name = name
        self._observed: _native.Observed | None = None

    def _on(self, frame: _native.Frame, exprs: Sequence[_native.Expr]) -> _native.Frame:
        """The frame, observed; once for each observation."""
        if self._observed is not None:
            raise PySparkAssertionError(errorClass="REUSE_OBSERVATION", messageParameters={})
        self._observed = _native.Observed()
        name = str(uuid.uuid4()) if self._name is None else self._name
        return frame.observe(name, exprs, self._observed)

    @property
    def get(self) -> dict[str, Any]:
        """The metrics by their names; waits for the first action over the frame to end.

        Raises
        ------
        PySparkAssertionError
            Before a frame is observed (``NO_OBSERVE_BEFORE_GET``): there is nothing to wait for.
        """
        if self._observed is None:
            raise PySparkAssertionError(errorClass="NO_OBSERVE_BEFORE_GET", messageParameters={})
        row = self._observed.get(_create_row)
        return dict(zip(row.__fields__, row, strict=True))
