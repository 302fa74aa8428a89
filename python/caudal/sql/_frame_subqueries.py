"""`DataFrame` methods about frames inside others, and about what a frame is."""

from __future__ import annotations

import warnings
import zlib
from typing import TYPE_CHECKING, Any, NoReturn

from caudal._missing import not_implemented
from caudal.errors import PySparkValueError
from caudal.sql._convert import require
from caudal.sql._frame_base import FrameBase, quoted
from caudal.sql.column import Column

if TYPE_CHECKING:
    from caudal.rdd import RDD
    from caudal.sql.dataframe import DataFrame


class FrameSubqueries(FrameBase):
    """Frames inside others."""

    def exists(self) -> Column:
        """Whether the frame has rows, as a condition of another frame.

        Columns of that one are named with :meth:`Column.outer`.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> few, many = spark.range(3).alias("few"), spark.range(9).alias("many")
        >>> half = few.where(F.col("few.id") * 2 == F.col("many.id").outer())
        >>> many.where(half.exists()).collect()
        [Row(id=0), Row(id=2), Row(id=4)]
        """
        return Column(self._frame.exists())

    def scalar(self) -> Column:
        """The only value of the frame, as a value of another one.

        Raises
        ------
        AnalysisException
            Where it is used, if the frame has several columns
            (``INVALID_SUBQUERY_EXPRESSION…``).

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> most = spark.range(4).select(F.max("id")).scalar()
        >>> spark.range(4).where(F.col("id") == most).collect()
        [Row(id=3)]
        """
        return Column(self._frame.scalar())

    def lateralJoin(
        self, other: DataFrame, on: Column | None = None, how: str | None = None
    ) -> DataFrame:
        """Beside each row the rows of a frame that sees it through :meth:`Column.outer`.

        Parameters
        ----------
        other
            The frame of the right side.
        on
            A condition on both.
        how
            ``inner`` (the default), ``left`` or ``cross``.

        Raises
        ------
        AnalysisException
            For another kind of join (``UNSUPPORTED_JOIN_TYPE``).
        PySparkNotImplementedError
            For a right side that needs the left's columns in a limit or a window, or below an
            aggregate in more than equalities.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> left = spark.range(2).alias("l")
        >>> tens = spark.range(1).select((F.col("l.id").outer() * 10).alias("tens"))
        >>> left.lateralJoin(tens).collect()
        [Row(id=0, tens=0), Row(id=1, tens=10)]
        """
        condition = None if on is None else on._expr
        joined = self._frame.lateral_join(self._native_of(other), condition, how or "inner")
        return self._with(joined)

    def sameSemantics(self, other: DataFrame) -> bool:
        """Whether both frames mean the same, whatever their columns are called.

        Two frames that read the same files or rows are told apart unless one was made from
        the other.

        Examples
        --------
        >>> spark.range(3).sameSemantics(spark.range(3))
        True
        """
        from caudal.sql.dataframe import DataFrame

        require(other, DataFrame, "other", "DataFrame")
        return self._frame.semantics() == other._frame.semantics()

    def semanticHash(self) -> int:
        """A number that is the same for frames of one meaning, within this process.

        Examples
        --------
        >>> spark.range(3).semanticHash() == spark.range(3).semanticHash()
        True
        """
        found = zlib.crc32(self._frame.semantics().encode())
        return found - (1 << 32) if found >= 1 << 31 else found

    def toJSON(self, use_unicode: bool = True) -> RDD[Any]:
        """Each row as a JSON object; fields that are null are left out.

        Parameters
        ----------
        use_unicode
            Text; bytes in UTF-8 without it.

        Examples
        --------
        >>> spark.range(2).toJSON().collect()
        ['{"id":0}', '{"id":1}']
        """
        from caudal.sql import functions as F

        warnings.warn(
            "The return type of DataFrame.toJSON will be changed from RDD to DataFrame in "
            "future releases.",
            stacklevel=2,
        )
        texts = self._with(self._frame).select(F.to_json(F.struct("*")).alias("value"))
        if use_unicode:
            return texts.rdd.map(lambda row: row[0])
        return texts.rdd.map(lambda row: row[0].encode())

    def metadataColumn(self, colName: str) -> Column:
        """A column of what is known of a row beside its values, such as ``_metadata``.

        Parameters
        ----------
        colName
            Its name.

        Raises
        ------
        AnalysisException
            If the frame has no such column (``UNRESOLVED_COLUMN…``).
        """
        require(colName, str, "colName", "str")
        if colName in self._frame.columns:
            not_implemented("DataFrame.metadataColumn of a name that a column has")
        return Column(self._frame.column(quoted(colName)))

    @property
    def executionInfo(self) -> NoReturn:
        """How a query went: only with Spark Connect.

        Raises
        ------
        PySparkValueError
            Always (``CLASSIC_OPERATION_NOT_SUPPORTED_ON_DF``).
        """
        raise PySparkValueError(
            errorClass="CLASSIC_OPERATION_NOT_SUPPORTED_ON_DF",
            messageParameters={"member": "queryExecution"},
        )
