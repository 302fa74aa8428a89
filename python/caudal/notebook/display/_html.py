"""A page as HTML that stands alone: its table, its style, its script; nothing is fetched.

The table is the script's data: what a saved notebook holds is there once, and can be read
where scripts do not run.
"""

from __future__ import annotations

import json
from functools import cache
from html import escape
from typing import Any

from caudal.notebook.display._options import Chart
from caudal.notebook.display._page import Cells, Heading, Page
from caudal.notebook.display._whole import OfAll

FIGURES = ("batch", "input", "processing", "duration", "state")
_NAMES = {
    "batch": "batch",
    "input": "input",
    "processing": "processing",
    "duration": "batch duration",
    "state": "state rows",
}


@cache
def asset(name: str) -> str:
    """A file of ours without its comments and indentation, as it is put into outputs."""
    # Only what is shown needs it: it takes long to load.
    from importlib import resources

    text = (resources.files(__package__) / "assets" / name).read_text("utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def style() -> str:
    """Our style sheet."""
    return asset("display.css")


def script() -> str:
    """Our script: it defines ``caudalChart`` and ``caudalDisplay`` where it stands."""
    return f"{asset('chart.js')}\n{asset('view.js')}"


def document(
    page: Page,
    key: str,
    chart: Chart | None = None,
    strip: dict[str, Any] | None = None,
    whole: OfAll | None = None,
    *,
    with_script: bool = True,
) -> str:
    """The page as one piece of HTML.

    Parameters
    ----------
    page, chart
        What to show.
    key
        What the display is called in the document: no other one may be.
    strip
        The figures of a live query, above the table.
    whole
        The chart's numbers over all rows, where the page shows only some.
    with_script
        False where an output before it in the document brought the script.
    """
    start = f"window.caudalDisplay && window.caudalDisplay.adopt({json.dumps(key)});"
    if with_script:
        start = f"(() => {{{script()}\nwindow.caudalDisplay = caudalDisplay;{start}}})();"
    return f"{frame(page, key, chart, strip, whole)}<script>{start}</script>"


def kept(page: Page, key: str, chart: Chart | None, strip: dict[str, Any]) -> str:
    """The page of a live widget that a saved file keeps: hidden where the widget is there."""
    hide = (
        f"document.querySelectorAll('[data-caudal-kept=\"{key}\"]').forEach((page) => "
        f"{{ page.hidden = Boolean((window.caudalLive || {{}})[{json.dumps(key)}]); }});"
    )
    inner = document(page, f"{key}-kept", chart, strip)
    return f'<div data-caudal-kept="{escape(key)}">{inner}</div><script>{hide}</script>'


def frame(
    page: Page,
    key: str,
    chart: Chart | None = None,
    strip: dict[str, Any] | None = None,
    whole: OfAll | None = None,
) -> str:
    """The page's markup and style without a script."""
    chosen = "" if chart is None else f' data-chart="{escape(json.dumps(chart.for_script()))}"'
    if whole is not None:
        chosen += f' data-whole="{escape(json.dumps(whole.for_script(page)))}"'
    first = f' data-first="{page.first}"' if page.first else ""
    grows = " data-grows" if page.grows else ""
    heads = "".join(_head(heading) for heading in page.headings)
    kinds = ["number" if heading.kind == "number" else "" for heading in page.headings]
    rows = "".join(_row(page.first + i + 1, row, kinds) for i, row in enumerate(page.rows))
    schema = (
        "<details class='caudal-schema'><summary>Schema</summary>"
        f"<pre>{escape(page.schema)}</pre></details>"
    )
    return (
        f"<style>{style()}</style>"
        f'<div class="caudal" data-caudal="{escape(key)}"{chosen}{first}{grows}>'
        f"{'' if strip is None else _strip(strip)}<div class='caudal-bar'></div>"
        f"<div class='caudal-scroll'><table><thead><tr><th></th>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
        f"<div class='caudal-note caudal-rows'>{escape(page.note)}</div>"
        f"{schema if page.schema else ''}</div>"
    )


def _head(heading: Heading) -> str:
    return (
        f'<th data-kind="{heading.kind}"><b>{escape(heading.name)}</b>'
        f'<small title="{escape(heading.type)}">{escape(heading.type)}</small></th>'
    )


def _row(number: int, row: Cells, kinds: list[str]) -> str:
    cells = "".join(_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True))
    return f"<tr><th>{number}</th>{cells}</tr>"


def _cell(cell: str | None, kind: str) -> str:
    if cell is None:
        return f'<td class="{kind} null">NULL</td>'
    return f"<td{' class=number' if kind else ''}>{escape(cell, quote=False)}</td>"


def _strip(strip: dict[str, Any]) -> str:
    figures = "".join(
        f"<span>{_NAMES[name]} <span class='caudal-{name}'>"
        f"{escape(strip['figures'][name]['text'])}</span><i></i></span>"
        for name in FIGURES
    )
    return (
        f'<div class="caudal-strip" data-state="{escape(strip["state"])}">'
        f"<b class='caudal-status'>{escape(strip['status'])}</b>{figures}"
        f"<span class='caudal-hint'>{escape(strip['hint'])}</span></div>"
    )
