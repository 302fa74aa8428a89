"""`DataFrame` methods that are not there yet: each raises an error that names it.

A method moves from here to the module of its family when it is built.
"""

from __future__ import annotations

from typing import Any

from caudal._missing import not_implemented
from caudal.sql._frame_base import FrameBase


class FrameMissing(FrameBase):
    """Methods that are not there yet."""

    def approxQuantile(self, col: Any, probabilities: Any, relativeError: Any) -> Any:
        """Approximate quantiles of numeric columns (not there yet)."""
        not_implemented("DataFrame.approxQuantile")

    def asTable(self) -> Any:
        """The frame as an argument of a table function (not there yet)."""
        not_implemented("DataFrame.asTable")

    def checkpoint(self, eager: Any = True) -> Any:
        """The frame cut off from what it was made of (not there yet)."""
        not_implemented("DataFrame.checkpoint")

    def corr(self, col1: Any, col2: Any, method: Any = None) -> Any:
        """The correlation of two columns (not there yet)."""
        not_implemented("DataFrame.corr")

    def cov(self, col1: Any, col2: Any) -> Any:
        """The covariance of two columns (not there yet)."""
        not_implemented("DataFrame.cov")

    def crosstab(self, col1: Any, col2: Any) -> Any:
        """A table of pair frequencies (not there yet)."""
        not_implemented("DataFrame.crosstab")

    @property
    def executionInfo(self) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.executionInfo")

    def exists(self) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.exists")

    def freqItems(self, cols: Any, support: Any = None) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.freqItems")

    def groupingSets(self, groupingSets: Any, *cols: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.groupingSets")

    def hint(self, name: Any, *parameters: Any) -> Any:
        """A hint for the planner (not there yet)."""
        not_implemented("DataFrame.hint")

    def lateralJoin(self, other: Any, on: Any = None, how: Any = None) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.lateralJoin")

    def localCheckpoint(self, eager: Any = True, storageLevel: Any = None) -> Any:
        """The frame cut off from what it was made of (not there yet)."""
        not_implemented("DataFrame.localCheckpoint")

    def mapInArrow(self, func: Any, schema: Any, barrier: Any = False, profile: Any = None) -> Any:
        """Rows through a function of Arrow batches (not there yet)."""
        not_implemented("DataFrame.mapInArrow")

    def mapInPandas(self, func: Any, schema: Any, barrier: Any = False, profile: Any = None) -> Any:
        """Rows through a function of pandas frames (not there yet)."""
        not_implemented("DataFrame.mapInPandas")

    def melt(self, ids: Any, values: Any, variableColumnName: Any, valueColumnName: Any) -> Any:
        """Columns as rows (not there yet)."""
        not_implemented("DataFrame.melt")

    def mergeInto(self, table: Any, condition: Any) -> Any:
        """A merge into a table (not there yet)."""
        not_implemented("DataFrame.mergeInto")

    def metadataColumn(self, colName: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.metadataColumn")

    def nearestByJoin(
        self,
        other: Any,
        rankingExpression: Any,
        numResults: Any,
        mode: Any,
        direction: Any,
        *,
        joinType: Any = "inner",
    ) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.nearestByJoin")

    def observe(self, observation: Any, *exprs: Any) -> Any:
        """Metrics of the rows that pass (not there yet)."""
        not_implemented("DataFrame.observe")

    def pandas_api(self, index_col: Any = None) -> Any:
        """The frame with the API of pandas (not there yet)."""
        not_implemented("DataFrame.pandas_api")

    @property
    def plot(self) -> Any:
        """Plots (not there yet)."""
        not_implemented("DataFrame.plot")

    def randomSplit(self, weights: Any, seed: Any = None) -> Any:
        """Random parts of the rows (not there yet)."""
        not_implemented("DataFrame.randomSplit")

    def repartition(self, numPartitions: Any, *cols: Any) -> Any:
        """Another number of partitions (not there yet)."""
        not_implemented("DataFrame.repartition")

    def repartitionById(self, numPartitions: Any, partitionIdCol: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.repartitionById")

    def repartitionByRange(self, numPartitions: Any, *cols: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.repartitionByRange")

    def sample(self, withReplacement: Any = None, fraction: Any = None, seed: Any = None) -> Any:
        """A random part of the rows (not there yet)."""
        not_implemented("DataFrame.sample")

    def sampleBy(self, col: Any, fractions: Any, seed: Any = None) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.sampleBy")

    def scalar(self) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.scalar")

    def semanticHash(self) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.semanticHash")

    def to(self, schema: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.to")

    def toJSON(self, use_unicode: Any = True) -> Any:
        """Each row as JSON (not there yet)."""
        not_implemented("DataFrame.toJSON")

    def transpose(self, indexColumn: Any = None) -> Any:
        """Rows as columns (not there yet)."""
        not_implemented("DataFrame.transpose")

    def unpivot(self, ids: Any, values: Any, variableColumnName: Any, valueColumnName: Any) -> Any:
        """Columns as rows (not there yet)."""
        not_implemented("DataFrame.unpivot")

    def writeTo(self, table: Any) -> Any:
        """A writer to a table (not there yet)."""
        not_implemented("DataFrame.writeTo")

    def zip(self, other: Any) -> Any:
        """Not there yet."""
        not_implemented("DataFrame.zip")

    def zipWithIndex(self, indexColName: Any = "index") -> Any:
        """Not there yet."""
        not_implemented("DataFrame.zipWithIndex")
