"""`TableValuedFunction`: functions that give a table; ``spark.tvf``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._missing import not_implemented
from caudal.sql._convert import column_exprs

if TYPE_CHECKING:
    from caudal.sql.column import Column
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.session import SparkSession

__all__ = ["TableValuedFunction"]


class TableValuedFunction:
    """Functions that give a table.

    Their arguments are constants: there is no row whose columns they could name. A function
    that the engine does not have yet fails by its name.

    Examples
    --------
    >>> from caudal.sql import functions as F
    >>> spark.tvf.explode(F.array(F.lit(1), F.lit(2))).collect()
    [Row(col=1), Row(col=2)]
    """

    def __init__(self, sparkSession: SparkSession):
        self._session = sparkSession

    def _of_constants(self, generator: str, *args: Any) -> DataFrame:
        """The rows that a generator makes of one row without columns."""
        call = _native.Expr.call(generator, column_exprs(args))
        one_row = self._session.range(1)._frame.select([])
        return self._session._frame(one_row.select([call]))

    def _of_table(self, generator: str, input: Column) -> DataFrame:
        """The rows of a generator that stands in no select list."""
        text = f"SELECT * FROM {generator}(:input)"
        return self._session.sql(text, {"input": input})

    def range(
        self,
        start: int,
        end: int | None = None,
        step: int = 1,
        numPartitions: int | None = None,
    ) -> DataFrame:
        """Whole numbers as a column `id`: the same as ``spark.range``."""
        return self._session.range(start, end, step, numPartitions)

    def explode(self, collection: Column) -> DataFrame:
        """A row for each element of an array (`col`) or entry of a map (`key`, `value`).

        Raises
        ------
        AnalysisException
            For anything else (``DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE``) and for a column
            (``UNRESOLVED_COLUMN.WITHOUT_SUGGESTION``).
        """
        return self._of_constants("explode", collection)

    def explode_outer(self, collection: Column) -> DataFrame:
        """The same as :meth:`explode`, with one row of nulls where there is none.

        Examples
        --------
        >>> from caudal.sql import functions as F
        >>> spark.tvf.explode_outer(F.array().cast("array<int>")).collect()
        [Row(col=None)]
        """
        return self._of_constants("explode_outer", collection)

    def posexplode(self, collection: Column) -> DataFrame:
        """The same as :meth:`explode`, with the position, from 0, as `pos`."""
        return self._of_constants("posexplode", collection)

    def posexplode_outer(self, collection: Column) -> DataFrame:
        """The same as :meth:`posexplode`, with one row of nulls where there is none."""
        return self._of_constants("posexplode_outer", collection)

    def inline(self, input: Column) -> DataFrame:
        """A row for each struct of an array, its fields as columns."""
        return self._of_constants("inline", input)

    def inline_outer(self, input: Column) -> DataFrame:
        """The same as :meth:`inline`, with one row of nulls where there is none."""
        return self._of_constants("inline_outer", input)

    def json_tuple(self, input: Column, *fields: Column) -> DataFrame:
        """Fields of a JSON object, by name, as one row of text."""
        return self._of_constants("json_tuple", input, *fields)

    def stack(self, n: Column, *fields: Column) -> DataFrame:
        """The values in `n` rows."""
        return self._of_constants("stack", n, *fields)

    def variant_explode(self, input: Column) -> DataFrame:
        """A row for each element or field of a variant: `pos`, `key` and `value`."""
        return self._of_table("variant_explode", input)

    def variant_explode_outer(self, input: Column) -> DataFrame:
        """The same as :meth:`variant_explode`, with one row of nulls where there is none."""
        return self._of_table("variant_explode_outer", input)

    def collations(self) -> DataFrame:
        """The collations that there are (not there yet)."""
        not_implemented("TableValuedFunction.collations")

    def python_worker_logs(self) -> DataFrame:
        """What Python workers logged (not there yet)."""
        not_implemented("TableValuedFunction.python_worker_logs")

    def sql_keywords(self) -> DataFrame:
        """The words of Spark's SQL grammar: `keyword`, and whether it is `reserved`.

        Examples
        --------
        >>> spark.tvf.sql_keywords().where("keyword = 'SELECT'").collect()
        [Row(keyword='SELECT', reserved=False)]
        """
        return self._session.sql("SELECT * FROM sql_keywords()")
