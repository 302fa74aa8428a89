"""What a magic shows in its cell: rows and Markdown."""

from __future__ import annotations

from caudal.notebook.display import display
from caudal.sql.dataframe import DataFrame

__all__ = ["show_frame", "show_markdown"]


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
