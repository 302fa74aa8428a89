"""``display``: tables, charts and live streams in a notebook, and their text in a terminal.

`_page` takes the part of a frame that is shown; `_html` and `_text` give it a form; `_live`
keeps that of a stream current. Charts are drawn by our script in ``assets/``, which each output
carries: nothing is fetched. Only this package and the ones beside it know IPython.
"""

from __future__ import annotations

import itertools
import os
from typing import Any

from caudal.errors import PySparkTypeError
from caudal.notebook.display import (
    _html,
    _options,
    _page,
    _series,
    _text,
    _text_chart,
    _whole,
    _whole_rows,
)
from caudal.notebook.display._kernel import in_notebook
from caudal.notebook.display._live import LiveDisplay

__all__ = ["LiveDisplay", "display", "displayHTML"]

_numbers = itertools.count(1)
# How a chart is made of all rows of a frame: by aggregation, unless by these.
_OF_ALL: dict[str, Any] = {"histogram": _whole_rows.bins_of, "scatter": _whole_rows.points_of}


def display(*shown: Any, **options: Any) -> LiveDisplay | None:
    """Shows frames as tables with charts, streams as they run, anything else as IPython does.

    The table is sorted by a click on a column's name; the chart's kind, keys, groups, values and
    aggregation are chosen on the page, or here. The first rows are taken, and no more of the
    frame is computed than they need. Where there are more, a chart that is asked for here is
    computed over all rows (of a scatter the engine draws 2,000 points at random), and what the
    reader chooses on the page is of the rows that are shown; the line below says which. A stream
    starts a ``memory`` query, and the cell goes on.

    Parameters
    ----------
    shown
        Data frames; or lists of rows, dictionaries or records; or anything that IPython shows.
    chart : str
        ``bar``, ``line``, ``area``, ``scatter``, ``histogram`` or ``pie``; the table without it.
    keys, groups, values : str, int, or list of them
        Columns by name, or by position where names repeat: the horizontal axis or the slices,
        what makes a series each, and the numbers. Chosen by type where they are not given.
    aggregation : str
        Of the values of one key: ``sum`` (the default), ``avg``, ``min``, ``max``, ``count``.
    stacked : bool
        Bars and areas on top of each other (True) or side by side.
    bins : int
        Of a histogram, 1 to 200; 10 without it.
    limit : int
        Rows at most: 1000, and 20 in a terminal, without it. Of a stream that appends rows, the
        last ones. 4 million characters are the most in any case.
    streamName : str
        The query's name and the memory table's; ``display_1``, ``display_2``, … without it.
    outputMode : str
        Without it the first that the query can have of ``complete``, ``append`` and ``update``.
    processingTime : str
        The time between two batches, as in ``trigger``.
    availableNow : bool
        Ends when what is there now has been read.
    checkpointLocation : str
        As of ``writeStream``.
    interval : float
        Seconds between two looks at the query, from 0.1 (the default) on.
    wait : bool
        Whether to wait here until the display ends, which an interrupt brings about. False in a
        notebook and True in a terminal without it.
    widget : bool
        False for HTML even where ``anywidget`` is installed.

    Returns
    -------
    LiveDisplay or None
        For a stream, the display, with its query and `stop`; a notebook shows nothing of it.

    Raises
    ------
    PySparkTypeError
        For an option that there is not, or not for this frame or chart.
    PySparkValueError
        For a value that an option cannot have, or a column that there is not.

    Examples
    --------
    >>> display(spark.createDataFrame([("Open", 3), ("Close", None)], "action string, n int"))
    +------+----+
    |action|   n|
    +------+----+
    |Open  |   3|
    |Close |NULL|
    +------+----+
    """
    from caudal.sql.dataframe import DataFrame

    if len(shown) == 1 and isinstance(shown[0], DataFrame) and shown[0].isStreaming:
        return _display_stream(shown[0], options)
    others = []
    for value in shown:
        if isinstance(value, DataFrame):
            _display_frame(value, options)
        elif isinstance(value, list) and (page := _page_of_list(value, options)) is not None:
            _display_page(page, options)
        else:
            others.append(value)
    if others:
        _hand_on(others, options)
    return None


def displayHTML(html: str) -> None:
    """Shows HTML as it is; a terminal prints its text.

    Parameters
    ----------
    html
        Markup: it is not escaped.
    """
    if not isinstance(html, str):
        raise PySparkTypeError(f"displayHTML() takes text, not {type(html).__name__}")
    if in_notebook():
        from IPython.display import HTML
        from IPython.display import display as put

        put(HTML(html))
    else:
        print(html)


def _display_frame(frame: Any, options: dict[str, Any]) -> None:
    if frame.isStreaming:
        raise PySparkTypeError("display() shows a stream by itself: one call a stream")
    _options.known(options, False)
    chart = _options.chart_of(options, frame.columns)
    page = _page.page_of(frame, _limit(options))
    whole: _whole.OfAll | None = None
    if chart is not None:
        chart = _series.first_choice(chart, page.headings, page.rows)
        if page.is_cut:
            whole, reason = _OF_ALL.get(chart.kind, _whole.whole_of)(frame, chart, page)
            if whole is not None:
                page.chart_note = whole.note
            elif reason:
                page.chart_note = f"{page.chart_said}: {reason}"
    _put_page(page, chart, whole, _limit(options))


def _page_of_list(values: list[Any], options: dict[str, Any]) -> _page.Page | None:
    page = _page.page_of_rows(values, options.get("limit", _options.ROWS))
    if page is not None:
        _options.known(options, False)
    return page


def _display_page(page: _page.Page, options: dict[str, Any]) -> None:
    chart = _options.chart_of(options, [heading.name for heading in page.headings])
    if chart is not None:
        chart = _series.first_choice(chart, page.headings, page.rows)
    _put_page(page, chart, None, _limit(options))


def _put_page(
    page: _page.Page, chart: _options.Chart | None, whole: _whole.OfAll | None, limit: int
) -> None:
    if not in_notebook():
        print(_text.table(page, limit))
        if chart is not None:
            print(_text_chart.chart(page, chart, whole))
        return
    from IPython.display import display as put

    key = f"caudal-{os.urandom(4).hex()}-{next(_numbers)}"
    html = _html.document(page, key, chart, whole=whole)
    put({"text/plain": _text.table(page), "text/html": html}, raw=True)


def _display_stream(frame: Any, options: dict[str, Any]) -> LiveDisplay:
    from caudal.notebook.display import _live

    _options.known(options, True)
    chart = _options.chart_of(options, frame.columns)
    return _live.show(frame, chart, _limit(options), _options.live_of(options))


def _limit(options: dict[str, Any]) -> int:
    return _options.limit_of(options, _options.ROWS if in_notebook() else _options.ROWS_OF_TEXT)


def _hand_on(values: list[Any], options: dict[str, Any]) -> None:
    try:
        from IPython.display import display as put
    except ImportError:
        if options:
            raise PySparkTypeError(
                f"display() of this value has no option {next(iter(options))!r}"
            ) from None
        for value in values:
            print(value)
    else:
        put(*values, **options)
