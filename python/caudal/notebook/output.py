"""What a notebook's cell shows: ``display`` and ``displayHTML``, by whatever there is for it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from caudal.sql.dataframe import DataFrame

__all__ = ["display", "displayHTML", "show_frame", "show_markdown"]


def display(value: Any = None, **options: Any) -> Any:
    """Shows a value: a DataFrame as a table, a stream as it grows, anything else as Jupyter does.

    Parameters
    ----------
    value
        What to show.
    options
        What `caudal.notebook.display.display` takes.
    """
    try:
        display_of = import_module("caudal.notebook.display").display
    except ModuleNotFoundError:
        return _plainly(value)
    return display_of(value, **options)


def displayHTML(html: str) -> Any:
    """Shows HTML.

    Parameters
    ----------
    html
        Text that is HTML; it is not escaped.
    """
    from IPython import display as ipython

    return ipython.display(ipython.HTML(html))


def show_frame(frame: DataFrame) -> None:
    """Shows what a statement gave: its rows, or ``OK`` where it is a command that has none."""
    if frame.columns:
        display(frame)
    else:
        print("OK")


def show_markdown(text: str) -> None:
    """Shows Markdown as the text it stands for."""
    from IPython import display as ipython

    ipython.display(ipython.Markdown(text))


def _plainly(value: Any) -> None:
    from IPython import display as ipython

    if isinstance(value, DataFrame):
        value.show()
    else:
        ipython.display(value)
