"""``df.plot``: figures of Plotly, whose traces are those that PySpark's have."""

from caudal.sql.plot.core import PySparkPlotAccessor

__all__ = ["PySparkPlotAccessor"]
