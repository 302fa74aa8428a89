"""`PySparkPlotAccessor`: what ``df.plot`` is. The figures are made in `caudal.sql.plot.plotly`."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from caudal.errors import PySparkImportError, PySparkValueError

if TYPE_CHECKING:
    from plotly.graph_objs import Figure

    from caudal.sql.dataframe import DataFrame

__all__ = ["PySparkPlotAccessor"]


class PySparkPlotAccessor:
    """Plots of a frame: ``df.plot(kind="line", …)`` or ``df.plot.line(…)``.

    Plotly draws (``pip install caudal[plot]``). Bars and pies show the first rows, lines, areas
    and points a random sample in the order of the rows, both of at most
    ``spark.sql.pyspark.plotting.max_rows``; boxes, histograms and densities are computed from
    all rows.

    Examples
    --------
    >>> df = spark.createDataFrame([("Open", 3), ("Close", 2)], "action string, n int")
    >>> figure = df.plot.bar(x="action", y="n")  # doctest: +SKIP
    """

    def __init__(self, data: DataFrame):
        self.data = data

    def __call__(self, kind: str = "line", backend: str | None = None, **kwargs: Any) -> Figure:
        """A figure.

        Parameters
        ----------
        kind
            ``area``, ``bar``, ``barh``, ``box``, ``density``, ``hist``, ``kde``, ``line``,
            ``pie`` or ``scatter``.
        backend
            ``plotly``, the only one there is.
        kwargs
            What the kind takes, and what Plotly Express takes for it.

        Raises
        ------
        PySparkValueError
            For another backend or kind (``UNSUPPORTED_PLOT_BACKEND``, ``UNSUPPORTED_PLOT_KIND``).
        PySparkImportError
            Without Plotly (``PACKAGE_NOT_INSTALLED``).
        """
        figure: Figure = self._get_plot_backend(backend).plot_pyspark(self.data, kind, **kwargs)
        return figure

    @staticmethod
    def _get_plot_backend(backend: str | None = None) -> ModuleType:
        if backend and backend != "plotly":
            raise PySparkValueError(
                errorClass="UNSUPPORTED_PLOT_BACKEND",
                messageParameters={"backend": backend, "supported_backends": "plotly"},
            )
        try:
            import plotly  # noqa: F401
        except ImportError as missing:
            raise PySparkImportError(
                errorClass="PACKAGE_NOT_INSTALLED",
                messageParameters={"package_name": "Plotly", "minimum_version": "4.8"},
            ) from missing
        from caudal.sql.plot import plotly as figures

        return figures

    def line(self, x: str, y: str | list[str], **kwargs: Any) -> Figure:
        """Lines: a column along the horizontal axis, one line for each column of `y`."""
        return self(kind="line", x=x, y=y, **kwargs)

    def bar(self, x: str, y: str | list[str], **kwargs: Any) -> Figure:
        """Bars that stand: a column of categories, one bar for each column of `y`."""
        return self(kind="bar", x=x, y=y, **kwargs)

    def barh(self, x: str, y: str | list[str], **kwargs: Any) -> Figure:
        """Bars that lie: `x` has the values and `y` the categories."""
        return self(kind="barh", x=x, y=y, **kwargs)

    def scatter(self, x: str, y: str, **kwargs: Any) -> Figure:
        """A point a row."""
        return self(kind="scatter", x=x, y=y, **kwargs)

    def area(self, x: str, y: str | list[str], **kwargs: Any) -> Figure:
        """Areas on top of each other, one for each column of `y`."""
        return self(kind="area", x=x, y=y, **kwargs)

    def pie(self, x: str, y: str | None, **kwargs: Any) -> Figure:
        """A pie: categories and a column of numbers; with ``subplots=True`` one for each column.

        Raises
        ------
        PySparkValueError
            Without `y` and without ``subplots`` (``UNSUPPORTED_PIE_PLOT_PARAM``).
        PySparkTypeError
            For a column that has no numbers (``PLOT_INVALID_TYPE_COLUMN``).
        """
        return self(kind="pie", x=x, y=y, **kwargs)

    def box(self, column: str | list[str] | None = None, **kwargs: Any) -> Figure:
        """Boxes of columns: quartiles, mean, whiskers, and what lies beyond them.

        Parameters
        ----------
        column
            Columns of numbers; all of them without it.
        kwargs
            ``precision`` of the quartiles (0.01), ``whis``, the reach of whiskers in
            interquartile ranges (1.5), ``boxpoints`` (``suspectedoutliers`` or False), and what
            ``plotly.graph_objs.Box`` takes.

        Raises
        ------
        PySparkValueError
            For ``notched`` and other ``boxpoints`` (``UNSUPPORTED_PLOT_BACKEND_PARAM``).
        PySparkTypeError
            For a column that has no numbers (``PLOT_INVALID_TYPE_COLUMN``).
        """
        return self(kind="box", column=column, **kwargs)

    def kde(
        self,
        bw_method: int | float,
        column: str | list[str] | None = None,
        ind: Sequence[float] | int | None = None,
        **kwargs: Any,
    ) -> Figure:
        """Densities of columns, estimated with Gaussian kernels.

        Parameters
        ----------
        bw_method
            The kernels' standard deviation, in the columns' unit.
        column
            Columns of numbers; all of them without it.
        ind
            The points of the estimate, or their number (1000 without it).
        kwargs
            What Plotly Express takes for a line.
        """
        return self(kind="kde", column=column, bw_method=bw_method, ind=ind, **kwargs)

    def hist(self, column: str | list[str] | None = None, bins: int = 10, **kwargs: Any) -> Figure:
        """How often values lie in each of `bins` parts of the range of all columns.

        Parameters
        ----------
        column
            Columns of numbers; all of them without it.
        bins
            The number of parts, at least 2.
        kwargs
            What ``plotly.graph_objs.Layout`` takes.
        """
        return self(kind="hist", column=column, bins=bins, **kwargs)
