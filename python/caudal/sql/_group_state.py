"""The methods of `GroupedData` that run a user's function with state over a stream.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.errors import IllegalArgumentException, PySparkTypeError
from caudal.sql._convert import not_expected
from caudal.sql._frame_actions import _require_package
from caudal.sql.streaming.state import GroupStateTimeout
from caudal.sql.types import DataType, StructField, StructType, _create_row, _parse_datatype_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from caudal.sql.dataframe import DataFrame
    from caudal.sql.group import GroupedData
    from caudal.sql.streaming.stateful_processor import StatefulProcessor

_TIMEOUTS = (
    GroupStateTimeout.NoTimeout,
    GroupStateTimeout.ProcessingTimeTimeout,
    GroupStateTimeout.EventTimeTimeout,
)
_NO_MODE = 'Cannot invoke "String.toLowerCase(java.util.Locale)" because "outputMode" is null'
_MOST_ROWS = "spark.sql.execution.arrow.maxRecordsPerBatch"


def _struct(schema: Any) -> Any:
    """A type given as DDL text; anything else is left to whoever needs it."""
    if isinstance(schema, str):
        return _parse_datatype_string(schema)
    return schema


def _check_function(function: Any, output: Any) -> None:
    if not callable(function):
        raise TypeError("unsupported callable")
    _check_output(output)
    if not isinstance(output, StructType):
        kinds = ("UDF", "ITER_UDF", "UDF_WITH_STATE")
        names = [f"SQL_GROUPED_MAP_PANDAS_{kind}" for kind in kinds]
        raise PySparkTypeError(
            errorClass="INVALID_RETURN_TYPE_FOR_PANDAS_UDF",
            messageParameters={"eval_type": " or ".join(names), "return_type": str(output)},
        )


def _check_output(output: Any) -> None:
    """Raises the error of an output type that is none, or no type."""
    if output is None:
        raise PySparkTypeError(
            errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "returnType"}
        )
    if not isinstance(output, DataType):
        not_expected("returnType", "DataType or str", output)


class GroupedFunctions:
    """`applyInPandasWithState`, `transformWithState` and `transformWithStateInPandas`."""

    _df: DataFrame
    _keys: list[_native.Expr]

    def applyInPandasWithState(
        self,
        func: Callable[..., Any],
        outputStructType: StructType | str,
        stateStructType: StructType | str,
        outputMode: str,
        timeoutConf: str,
    ) -> DataFrame:
        """Each group of a stream through a function, which keeps a state for each.

        Parameters
        ----------
        func
            Called with the key (a tuple), an iterator of pandas frames and a ``GroupState``;
            gives an iterator of pandas frames. Their columns are taken by name.
        outputStructType, stateStructType
            Types of what comes out and of the state, as ``StructType`` or DDL text.
        outputMode
            ``append`` or ``update``: the mode in which the query must be run.
        timeoutConf
            One of ``GroupStateTimeout``: groups may be called, without rows, when their time
            is over.

        Raises
        ------
        PySparkImportError
            Without pandas and pyarrow (``PACKAGE_NOT_INSTALLED``).
        """
        from caudal.sql.streaming._with_state import StateDriver

        assert timeoutConf in _TIMEOUTS
        output, state = _struct(outputStructType), _struct(stateStructType)
        self._require_packages()
        _check_function(func, output)
        text = state.json()
        if outputMode is None:
            raise IllegalArgumentException(_NO_MODE)
        schema, zone, most_rows = self._arrow(output)
        driver = StateDriver(func, schema, timeoutConf, zone, most_rows)
        frame = _native.groups_with_state(
            self._df._frame,
            self._keys,
            driver,
            _create_row,
            output.json(),
            text,
            outputMode,
            timeoutConf,
        )
        return self._df._with(frame)

    def transformWithStateInPandas(
        self,
        statefulProcessor: StatefulProcessor,
        outputStructType: StructType | str,
        outputMode: str,
        timeMode: str,
        initialState: GroupedData | None = None,
        eventTimeColumnName: str = "",
    ) -> DataFrame:
        """Each group of a stream through a processor with state variables and timers.

        Parameters
        ----------
        statefulProcessor
            Its methods get pandas frames and give iterators of them.
        outputStructType
            Type of what comes out, as ``StructType`` or DDL text.
        outputMode
            ``Append``, ``Update`` or ``Complete``.
        timeMode
            What timers go by: ``None``, ``ProcessingTime`` or ``EventTime``.
        initialState
            Groups of a table that begin the state, in the first batch.
        eventTimeColumnName
            The column of what comes out that goes on as the event time.

        Raises
        ------
        PySparkImportError
            Without pandas and pyarrow (``PACKAGE_NOT_INSTALLED``).
        """
        return self._transform(
            statefulProcessor,
            outputStructType,
            outputMode,
            timeMode,
            True,
            initialState,
            eventTimeColumnName,
        )

    def transformWithState(
        self,
        statefulProcessor: StatefulProcessor,
        outputStructType: StructType | str,
        outputMode: str,
        timeMode: str,
        initialState: GroupedData | None = None,
        eventTimeColumnName: str = "",
    ) -> DataFrame:
        """The same as :meth:`transformWithStateInPandas` with ``Row`` in place of frames."""
        return self._transform(
            statefulProcessor,
            outputStructType,
            outputMode,
            timeMode,
            False,
            initialState,
            eventTimeColumnName,
        )

    def _transform(
        self,
        processor: StatefulProcessor,
        output_type: StructType | str,
        mode: str,
        time_mode: str,
        in_pandas: bool,
        initial: GroupedData | None,
        event_time: str,
    ) -> DataFrame:
        from caudal.sql.group import GroupedData
        from caudal.sql.streaming._adapters import FrameAdapter, RowAdapter
        from caudal.sql.streaming._processor import ProcessorDriver

        assert initial is None or isinstance(initial, GroupedData)
        output = _struct(output_type)
        _check_output(output)
        self._require_packages()
        schema, zone, most_rows = self._arrow(output)
        adapter = FrameAdapter(schema, zone, most_rows) if in_pandas else RowAdapter(schema)
        driver = ProcessorDriver(processor, time_mode, self._key_type, adapter)
        frame = _native.groups_with_processor(
            self._df._frame,
            self._keys,
            driver,
            in_pandas,
            output.json(),
            mode,
            time_mode,
            event_time or None,
            None if initial is None else (initial._df._frame, initial._keys),
        )
        return self._df._with(frame)

    @staticmethod
    def _require_packages() -> None:
        _require_package("pandas", "2.2.0")
        _require_package("pyarrow", "18.0.0")

    def _arrow(self, output: StructType) -> tuple[Any, str, int]:
        """The Arrow schema of what comes out, the session's zone, and a frame's most rows."""
        conf = self._df._session.conf
        most_rows = int(conf.get(_MOST_ROWS) or 0)
        schema = self._df._session.createDataFrame([], output).toArrow().schema
        zone = conf.get("spark.sql.session.timeZone") or "UTC"
        return schema, zone, most_rows if most_rows > 0 else 2**31 - 1

    @property
    def _key_type(self) -> StructType:
        keys = self._df._with(self._df._frame.select(self._keys)).schema
        return StructType([StructField(key.name, key.dataType) for key in keys])
