"""Where a live display is drawn: a widget, HTML that is drawn anew, or a terminal.

All have the same three methods. `show` puts the display there, `update` changes it, `finish`
leaves what stays: in a notebook plain HTML, which the saved file keeps.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from caudal.notebook.display import _html, _text
from caudal.notebook.display._options import Chart
from caudal.notebook.display._page import Page
from caudal.notebook.display._strip import as_text

# Seconds between two pages for the file, which grow: a display is often saved when it is new.
_FIRST_REST = 1.0
_LONGEST_REST = 20.0


class Output(Protocol):
    """Where a display is drawn."""

    interval: float
    """Seconds between two updates, at least."""

    def show(self, page: Page, strip: dict[str, Any]) -> None:
        """Puts the display there."""

    def update(self, page: Page, strip: dict[str, Any], change: dict[str, Any]) -> None:
        """Shows the page as it is now; `change` is how its rows differ from before."""

    def finish(self, page: Page, strip: dict[str, Any]) -> None:
        """Leaves the last state there."""


def has_widgets() -> bool:
    """Whether a button can reach this process: ``anywidget`` is installed."""
    return importlib.util.find_spec("anywidget") is not None


class HtmlOutput:
    """An output of a notebook that each update replaces."""

    interval = 0.5

    def __init__(self, key: str, chart: Chart | None):
        self._key = key
        self._chart = chart

    def show(self, page: Page, strip: dict[str, Any]) -> None:
        """Puts the display there."""
        self._draw(page, strip, update=False, with_script=True)

    def update(self, page: Page, strip: dict[str, Any], change: dict[str, Any]) -> None:
        """Draws it anew; the script is there already."""
        self._draw(page, strip, update=True, with_script=False)

    def finish(self, page: Page, strip: dict[str, Any]) -> None:
        """Draws it for the last time, whole."""
        self._draw(page, strip, update=True, with_script=True)

    def _draw(self, page: Page, strip: dict[str, Any], *, update: bool, with_script: bool) -> None:
        from IPython.display import display, update_display

        bundle = {
            "text/plain": f"{as_text(strip)}\n{_text.table(page)}",
            "text/html": _html.document(
                page, self._key, self._chart, strip, with_script=with_script
            ),
        }
        put = update_display if update else display
        put(bundle, raw=True, display_id=self._key)


class WidgetOutput(HtmlOutput):
    """A widget: only what changed is sent, and its button reaches the query.

    A widget is nothing in a file that was saved while it ran. So there is a second output, a
    page of the rows, drawn anew now and then; the widget hides it as long as it is there.
    """

    interval = 0.0

    def __init__(self, key: str, chart: Chart | None, on_stop: Callable[[], None]):
        super().__init__(key, chart)
        self._on_stop = on_stop
        self._widget: Any = None
        self._drawn = 0.0
        self._rest = _FIRST_REST

    def show(self, page: Page, strip: dict[str, Any]) -> None:
        """Puts the widget there."""
        from IPython.display import display

        empty = Page(page.headings, [], page.schema, grows=page.grows)
        frame = _html.frame(empty, self._key, None, strip)
        state = _state(page, strip) | {
            "columns": [{"name": h.name, "kind": h.kind} for h in page.headings],
            "chart": None if self._chart is None else self._chart.for_script(),
        }
        self._widget = _widget_class()(key=self._key, frame=frame, state=state)
        self._widget.on_msg(self._heard)
        display(self._widget, display_id=self._key)
        display(self._kept(page, strip), raw=True, display_id=f"{self._key}-kept")
        self._drawn = time.monotonic()

    def update(self, page: Page, strip: dict[str, Any], change: dict[str, Any]) -> None:
        """Sends what changed."""
        # A page that is opened again asks for the state, so that is kept current; assigning it
        # in the usual way would send all of it.
        self._widget._trait_values["state"] = self._widget.state | _state(page, strip)
        self._widget.send(change | {"strip": strip})
        if time.monotonic() >= self._drawn + self._rest:
            self._keep(self._kept(page, strip))
            self._drawn = time.monotonic()
            self._rest = min(2 * self._rest, _LONGEST_REST)

    def finish(self, page: Page, strip: dict[str, Any]) -> None:
        """Puts HTML in the widget's place."""
        super().finish(page, strip)
        self._keep({"text/plain": "", "text/html": ""})
        self._widget.close()

    def _kept(self, page: Page, strip: dict[str, Any]) -> dict[str, str]:
        """What the file keeps: the rows of now, and that there may have been more."""
        strip = strip | {"state": "stopped", "status": f"{strip['status']} when this was saved"}
        strip["hint"] = "Run the cell to see it live."
        return {
            "text/plain": f"{as_text(strip)}\n{_text.table(page)}",
            "text/html": _html.kept(page, self._key, self._chart, strip),
        }

    def _keep(self, bundle: dict[str, str]) -> None:
        from IPython.display import update_display

        update_display(bundle, raw=True, display_id=f"{self._key}-kept")

    def _heard(self, _: Any, content: Any, __: Any) -> None:
        if isinstance(content, dict) and content.get("stop"):
            self._on_stop()


class TextOutput:
    """A terminal, where the table is drawn over the one before; or a file, one table a change."""

    interval = 0.5

    def __init__(self, limit: int):
        self._limit = limit
        self._lines = 0

    def show(self, page: Page, strip: dict[str, Any]) -> None:
        """Prints it."""
        self._print(page, strip)

    def update(self, page: Page, strip: dict[str, Any], change: dict[str, Any]) -> None:
        """Prints it over what was there."""
        self._print(page, strip)

    def finish(self, page: Page, strip: dict[str, Any]) -> None:
        """Prints the last state."""
        self._print(page, strip)

    def _print(self, page: Page, strip: dict[str, Any]) -> None:
        text = f"{as_text(strip)}\n{_text.table(page, self._limit)}\n"
        if self._lines and sys.stdout.isatty():
            sys.stdout.write(f"\x1b[{self._lines}F\x1b[J")
        self._lines = text.count("\n")
        sys.stdout.write(text)
        sys.stdout.flush()


def _state(page: Page, strip: dict[str, Any]) -> dict[str, Any]:
    return {"rows": list(page.rows), "first": page.first, "note": page.note, "strip": strip}


@cache
def _widget_class() -> Any:
    import anywidget
    import traitlets

    class LiveTable(anywidget.AnyWidget):
        """The rows of a running query."""

        _esm = f"{_html.script()}\n{_html.asset('live.js')}"
        key = traitlets.Unicode().tag(sync=True)
        frame = traitlets.Unicode().tag(sync=True)
        state = traitlets.Dict().tag(sync=True)

    return LiveTable
