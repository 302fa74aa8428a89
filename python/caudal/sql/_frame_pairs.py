"""`DataFrame` methods that put two frames beside each other: by rows, by what is nearest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from caudal import _native
from caudal.errors import AnalysisException
from caudal.errors._native import _from_native
from caudal.sql._frame_base import FrameBase
from caudal.sql.column import Column

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame


class FramePairs(FrameBase):
    """`zip` and `nearestByJoin`."""

    def zip(self, other: DataFrame) -> DataFrame:
        """The columns of both frames beside each other, row by row.

        Parameters
        ----------
        other
            A frame of the same rows: both come from one frame by steps that only compute
            columns.

        Raises
        ------
        AnalysisException
            For a frame of other rows (``ZIP_PLANS_NOT_MERGEABLE``).

        Examples
        --------
        >>> numbers = spark.range(2)
        >>> numbers.zip(numbers.selectExpr("id * 10 AS tens")).collect()
        [Row(id=0, tens=0), Row(id=1, tens=10)]
        """
        return self._with(self._frame.zip(self._native_of(other)))

    def nearestByJoin(
        self,
        other: DataFrame,
        rankingExpression: Column,
        numResults: int,
        mode: str,
        direction: str,
        *,
        joinType: str = "inner",
    ) -> DataFrame:
        """Beside each row the rows of another frame that are nearest to it.

        All pairs of rows are looked at. Pairs for which `rankingExpression` is null are none.

        Parameters
        ----------
        other
            The frame whose rows are looked for.
        rankingExpression
            How near two rows are, over the columns of both.
        numResults
            How many rows there are at most beside one, from 1 to 100000.
        mode
            ``exact`` or ``approx``; both are exact here.
        direction
            ``distance``: the least are nearest. ``similarity``: the greatest are.
        joinType
            ``inner``, or ``leftouter`` to keep rows without any.

        Raises
        ------
        AnalysisException
            For another number, mode, direction or type (``NEAREST_BY_JOIN…``), and for values
            without an order.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> points = spark.createDataFrame([(4,), (11,)], ["at"])
        >>> tens = spark.createDataFrame([(0,), (10,)], ["ten"])
        >>> away = F.abs(points.at - tens.ten)
        >>> points.nearestByJoin(tens, away, 1, "exact", "distance").collect()
        [Row(at=4, ten=0), Row(at=11, ten=10)]
        """
        from caudal.sql import functions as F
        from caudal.sql.window import Window

        is_outer, is_greatest = _native.check_nearest(int(numResults), mode, direction, joinType)
        own = self._with(self._frame)
        taken = {name.lower() for name in [*own.columns, *other.columns]}
        row, rank = _unused("row", taken), _unused("rank", taken)
        pairs = own.crossJoin(other)
        try:
            pairs.where(rankingExpression.isNotNull())
        except AnalysisException as error:
            raise _refused(error) from None
        _native.check_ranking(pairs.select(rankingExpression)._frame)
        found = own.withColumn(row, F.monotonically_increasing_id()).join(
            other, rankingExpression.isNotNull(), "left" if is_outer else "inner"
        )
        order = rankingExpression.desc() if is_greatest else rankingExpression.asc()
        place = F.row_number().over(Window.partitionBy(row).orderBy(order))
        nearest = found.withColumn(rank, place).where(F.col(rank) <= int(numResults))
        return nearest.drop(row, rank)


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _refused(error: AnalysisException) -> AnalysisException:
    """The error of a condition as that of this join."""
    if error.getCondition() != "INVALID_WHERE_CONDITION":
        return error
    parameters = error.getMessageParameters() or {}
    named = parameters.get("expressionList", "")
    return _from_native(  # type: ignore[return-value]
        "AnalysisException",
        "[UNSUPPORTED_EXPR_FOR_OPERATOR] The query operator NearestByJoin contains one or more "
        "unsupported expressions.\nConsider to rewrite it to avoid window functions, aggregate "
        "functions, and generator functions in the NearestByJoin operator.\n"
        f'Invalid expressions: ["{named}"] SQLSTATE: 42K0E',
        "UNSUPPORTED_EXPR_FOR_OPERATOR",
        {"operator": "NearestByJoin", "invalidExprSqls": f'"{named}"'},
        "42K0E",
        None,
    )
