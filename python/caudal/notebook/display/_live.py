"""A stream that is shown while it runs: a memory query, a thread that looks at it, an output.

The thread looks at the query's last progress and reads the memory table only after a batch; it
rests at least nine times as long as a look took, so that a large table costs a tenth of a core
at most. The query never waits for it.
"""

from __future__ import annotations

import atexit
import itertools
import sys
import threading
import time
from typing import TYPE_CHECKING

from caudal.errors import AnalysisException
from caudal.notebook import failures
from caudal.notebook.display import _kernel, _outputs
from caudal.notebook.display._options import Chart, Live
from caudal.notebook.display._rows import Rows
from caudal.notebook.display._strip import strip_of
from caudal.sql.streaming.query import StreamingQuery

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame

_REST = 9
_numbers = itertools.count(1)
_running: set[LiveDisplay] = set()


class LiveDisplay:
    """A stream that is shown as it runs; what ``display(stream)`` answers.

    The display ends when the query does: with `stop`, with ``query.stop()``, with the button of
    a notebook, with an interrupt of the waiting cell, or with a failure, which is shown.

    Examples
    --------
    >>> live = display(stream)  # doctest: +SKIP
    >>> live.query.lastProgress["batchId"]  # doctest: +SKIP
    12
    >>> live.stop()  # doctest: +SKIP
    """

    def __init__(self, query: StreamingQuery, rows: Rows, output: _outputs.Output, interval: float):
        self._query = query
        self._rows = rows
        self._output = output
        self._interval = max(interval, output.interval)
        self._seen: str | None = None
        self._over = threading.Event()
        self._leave = threading.Event()
        self._hint = ""
        self._cell = _kernel.cell()

    @property
    def query(self) -> StreamingQuery:
        """The query that fills the memory table."""
        return self._query

    def stop(self) -> None:
        """Stops the query, and waits until the display shows the end of it."""
        self._query.stop()
        self.wait()

    def wait(self, timeout: float | None = None) -> bool:
        """Waits for the end of the display.

        Parameters
        ----------
        timeout
            Seconds to wait at most.

        Returns
        -------
        bool
            Whether it ended.
        """
        # In pieces: a wait without an end would keep Ctrl-C from Python on some systems.
        end = None if timeout is None else time.monotonic() + timeout
        while not self._over.wait(0.1):
            if end is not None and time.monotonic() >= end:
                return False
        return True

    def __repr__(self) -> str:
        return f"LiveDisplay({self._query.name!r}, {'ended' if self._over.is_set() else 'running'})"

    def _ipython_display_(self) -> None:
        """Nothing: as a cell's last value it is on the page already."""

    # The look.

    def _show(self, hint: str) -> None:
        self._hint = hint
        self._output.show(self._rows.page, strip_of(self._query, hint))

    def _step(self) -> bool:
        """Looks once. Whether there is more to come."""
        is_active = self._query.isActive
        said = self._query._query.last_progress_json()
        if is_active and said != self._seen:
            change = self._rows.read()
            self._seen = said
            self._output.update(self._rows.page, strip_of(self._query, self._hint), change)
        if not is_active:
            self._end()
        return is_active

    def _end(self) -> None:
        if not self._over.is_set():
            # The display says how the query ended.
            failures.seen_run(self._query.runId)
            try:
                self._rows.read()
            except Exception:
                # The session is gone, and the table with it: what was read last stays.
                pass
            self._output.finish(self._rows.page, strip_of(self._query, ""))
            self._over.set()

    # The thread.

    def _watch(self) -> None:
        rest = self._interval
        try:
            while not self._leave.wait(rest):
                before = time.perf_counter()
                if not self._step():
                    return
                rest = max(self._interval, _REST * (time.perf_counter() - before))
        except BaseException as error:
            self._failed(error)
        finally:
            self._over.set()
            _running.discard(self)

    def _failed(self, error: BaseException) -> None:
        """Says that the display ended and the query did not."""
        strip = strip_of(self._query, "")
        strip |= {"state": "failed", "hint": f"The display failed, the query goes on: {error!r}"}
        try:
            self._output.finish(self._rows.page, strip)
        except Exception:
            print(strip["hint"], file=sys.stderr)

    def _ended_with_kernel(self) -> None:
        """Leaves the rows there; the session may be gone by now."""
        try:
            strip = strip_of(self._query, "")
            status = f"■ {self._query.name} · ended with the kernel"
            self._output.finish(self._rows.page, strip | {"state": "stopped", "status": status})
        except Exception:
            # What the page shows stays as it is: there is nobody left to tell.
            pass

    def _start(self) -> None:
        _running.add(self)
        threading.Thread(
            target=self._watch, name=f"display {self._query.name}", daemon=True
        ).start()


@atexit.register
def _leave_all() -> None:
    """No thread of ours may run in an interpreter that is being taken down; and no page goes on
    saying that a query runs."""
    for live in list(_running):
        live._leave.set()
        live._over.wait(2)
        if _kernel.in_notebook():
            live._ended_with_kernel()


def show(frame: DataFrame, chart: Chart | None, limit: int, options: Live) -> LiveDisplay:
    """Starts a memory query over the stream and shows it."""
    is_notebook = _kernel.in_notebook()
    _stop_earlier_run()
    query, mode = _started(frame, options)
    try:
        table = frame.sparkSession.table(f"`{query.name}`")
        live = _shown(query, Rows(table, limit, mode == "complete"), chart, limit, options)
    except BaseException:
        query.stop()
        raise
    waits = not is_notebook if options.wait is None else options.wait
    if waits:
        _wait(live)
    return live


def _shown(
    query: StreamingQuery, rows: Rows, chart: Chart | None, limit: int, options: Live
) -> LiveDisplay:
    key = f"caudal-{query.runId}"
    output: _outputs.Output
    hint = f"Its rows are the table {query.name}."
    if not _kernel.in_notebook():
        output = _outputs.TextOutput(limit)
        hint = "Ctrl-C ends it."
    elif _outputs.has_widgets() if options.widget is None else options.widget:
        output = _outputs.WidgetOutput(key, chart, lambda: _stop_aside(query))
    else:
        output = _outputs.HtmlOutput(key, chart)
        hint = f'{hint} To stop it: spark.streams.get("{query.id}").stop()'
        if options.widget is None:
            hint += " (a button is here where anywidget is installed)"
    live = LiveDisplay(query, rows, output, options.interval)
    live._show(hint)
    live._start()
    _kernel.when_interrupted(_stop_all)
    return live


def _wait(live: LiveDisplay) -> None:
    try:
        live.wait()
    except KeyboardInterrupt:
        live.stop()


def _stop_earlier_run() -> None:
    """Stops what this cell showed when it was run before: nobody sees that any more."""
    here = _kernel.cell()
    for live in list(_running):
        if here and live._cell and live._cell[0] == here[0] and live._cell[1] != here[1]:
            live.stop()


def _stop_all() -> bool:
    """Stops all displays; whether there was one."""
    running = list(_running)
    for live in running:
        _stop_aside(live.query)
    return bool(running)


def _stop_aside(query: StreamingQuery) -> None:
    """Stops a query without a wait: the kernel has other messages to answer."""
    threading.Thread(target=query.stop, name=f"stop {query.name}", daemon=True).start()


def _started(frame: DataFrame, options: Live) -> tuple[StreamingQuery, str]:
    """The query and its output mode: the one that is asked for, or the first that fits."""
    name = options.stream_name or f"display_{next(_numbers)}"
    modes = [options.output_mode] if options.output_mode else ["complete", "append", "update"]
    refused: list[AnalysisException] = []
    for mode in modes:
        writer = frame.writeStream.format("memory").queryName(name).outputMode(mode)
        if options.processing_time is not None:
            writer = writer.trigger(processingTime=options.processing_time)
        if options.available_now:
            writer = writer.trigger(availableNow=True)
        if options.checkpoint is not None:
            writer = writer.option("checkpointLocation", options.checkpoint)
        try:
            return writer.start(), mode.lower()
        except AnalysisException as error:
            is_mode = "OUTPUT_MODE" in (error.getCondition() or "")
            if options.output_mode or not is_mode:
                raise
            refused.append(error)
    # Append is what Spark itself would have tried.
    raise refused[1]
