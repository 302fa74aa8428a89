"""`DataFrame` methods that run a Python function over all of a frame's batches.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal._missing import not_implemented
from caudal.sql._frame_base import FrameBase
from caudal.sql._functions import kinds

if TYPE_CHECKING:
    from caudal.sql.dataframe import DataFrame
    from caudal.sql.table_arg import TableArg
    from caudal.sql.types import StructType


class FrameMaps(FrameBase):
    """`mapInPandas` and `mapInArrow`."""

    def mapInPandas(
        self, func: Any, schema: StructType | str, barrier: bool = False, profile: Any = None
    ) -> DataFrame:
        """The frame that a function makes of an iterator of pandas frames.

        Parameters
        ----------
        func
            Takes an iterator of pandas frames of at most
            ``spark.sql.execution.arrow.maxRecordsPerBatch`` rows each, and gives another, of
            any number of frames and rows. It may run queries of its own.
        schema
            The columns of what it gives, as a type or DDL text.
        barrier
            Whether all tasks begin together: there is one task, so they do.
        profile
            Must be None.

        Raises
        ------
        PythonException
            From the query, for what the function raises or gives amiss.

        Examples
        --------
        >>> def even(frames):
        ...     for frame in frames:
        ...         yield frame[frame.id % 2 == 0]
        >>> spark.range(4).mapInPandas(even, "id long").collect()
        [Row(id=0), Row(id=2)]
        """
        from caudal.sql._functions.tables import MapPandas

        output = _output(func, schema, kinds.MAP_PANDAS_ITER, profile)
        return self._mapped("MapInPandas", MapPandas(self._session, func, output), output)

    def mapInArrow(
        self, func: Any, schema: StructType | str, barrier: bool = False, profile: Any = None
    ) -> DataFrame:
        """The frame that a function makes of an iterator of Arrow record batches.

        As :meth:`mapInPandas`, with ``pyarrow.RecordBatch`` in place of frames.

        Examples
        --------
        >>> spark.range(2).mapInArrow(lambda batches: batches, "id long").collect()
        [Row(id=0), Row(id=1)]
        """
        from caudal.sql._functions.tables import MapArrow

        output = _output(func, schema, kinds.MAP_ARROW_ITER, profile)
        return self._mapped("MapInArrow", MapArrow(self._session, func, output), output)

    def asTable(self) -> TableArg:
        """The frame as an argument of a table function.

        See :class:`caudal.sql.table_arg.TableArg`.
        """
        from caudal.sql.table_arg import TableArg

        return TableArg(self._with(self._frame))

    def _mapped(self, title: str, driver: Any, output: StructType) -> DataFrame:
        frame = _native.map_batches(self._frame, title, driver, output.json())
        return self._with(frame)


def _output(func: Any, schema: Any, kind: int, profile: Any) -> Any:
    if profile is not None:
        not_implemented("the resource profile of a map")
    from caudal.sql._functions.tables import returned

    return returned(func, schema, kind)
