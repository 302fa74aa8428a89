"""How `applyInPandasWithState` runs: a batch's groups through the user's function."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from caudal.errors import PySparkRuntimeError, PySparkTypeError
from caudal.sql.streaming._values import Frames, Tables, keys_of
from caudal.sql.streaming.state import GroupState

Change = tuple[bool, bool, bool, int | None, tuple[Any, ...] | None]


class StateDriver:
    """Called by the compiled core with all groups of a batch, or all that timed out."""

    def __init__(
        self,
        function: Callable[..., Any],
        output: Any,
        timeout: str,
        zone: str,
        most_rows: int,
    ) -> None:
        self._function = function
        self._output = output
        self._timeout = timeout
        self._zone = zone
        self._most_rows = most_rows

    def call_batch(
        self,
        keys: Any,
        rows: Any,
        starts: Sequence[int],
        states: Sequence[tuple[Any, ...] | None],
        has_timed_out: bool,
        batch_time: int,
        watermark: int | None,
    ) -> tuple[list[Any], list[Change]]:
        """Arrow tables of what comes out, and what became of each group's state."""
        import pyarrow

        frames = Frames(pyarrow.table(rows), starts, self._zone, self._most_rows)
        # Spark joins the frames of a batch, and calls their columns objects then.
        tables = Tables(self._output, self._zone, "object")
        changes: list[Change] = []
        for group, key in enumerate(keys_of(pyarrow.table(keys), self._zone)):
            state = GroupState(states[group], batch_time, watermark, self._timeout, has_timed_out)
            # Whoever has timed out gets one frame of no rows.
            given = iter([frames.empty()]) if has_timed_out else frames.of_group(group)
            for frame in self._results(key, given, state):
                tables.add(frame)
            changes.append(
                (state.exists, state._updated, state._removed, state._timeout, state._value)
            )
        return tables.finish(), changes

    def _results(self, key: Any, frames: Iterator[Any], state: GroupState) -> Iterator[Any]:
        import pandas

        results = self._function(key, frames, state)
        if isinstance(results, pandas.DataFrame):
            raise _return_type("iterable of pandas.DataFrame", type(results).__name__)
        try:
            results = iter(results)
        except TypeError:
            raise _return_type("iterable", type(results).__name__) from None
        for frame in results:
            if not isinstance(frame, pandas.DataFrame):
                raise _return_type(
                    "iterator of pandas.DataFrame", f"iterator of {type(frame).__name__}"
                )
            self._check_width(frame)
            yield frame

    def _check_width(self, frame: Any) -> None:
        width = len(frame.columns)
        if width != len(self._output) and not (width == 0 and frame.empty):
            raise PySparkRuntimeError(
                errorClass="RESULT_COLUMN_SCHEMA_MISMATCH",
                messageParameters={
                    "expected": str(len(self._output)),
                    "actual": str(width),
                },
            )


def _return_type(expected: str, actual: str) -> PySparkTypeError:
    return PySparkTypeError(
        errorClass="UDF_RETURN_TYPE",
        messageParameters={"expected": expected, "actual": actual},
    )
