"""``createDataFrame``: rows of Python, pandas, NumPy and Arrow as a native frame.

Rows of Python are checked and shaped here; tables of other libraries cross as Arrow.

PYTEST_DONT_REWRITE: a failed assertion says what PySpark's says, under pytest too.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING, Any

from caudal import _native
from caudal.errors import PySparkTypeError, PySparkValueError
from caudal.sql._convert import not_expected
from caudal.sql.types import (
    DataType,
    StructField,
    StructType,
    _has_nulltype,
    _infer_schema,
    _make_type_verifier,
    _merge_type,
)
from caudal.sql.types._verify import _make_converter

if TYPE_CHECKING:
    from caudal.sql.session import SparkSession


def create(
    session: SparkSession, data: Any, schema: Any, verify: bool, sampling: float | None
) -> _native.Frame:
    """The native frame of `data`; see `SparkSession.createDataFrame`."""
    from caudal.rdd import RDD

    module = type(data).__module__.partition(".")[0]
    if module == "numpy":
        data, schema = _from_numpy(data, schema)
        module = "pyarrow"
    if module == "pandas" and hasattr(data, "columns"):
        return _from_pandas(session, data, schema, verify)
    if module == "pyarrow" and hasattr(data, "schema"):
        return _from_arrow(session, data, schema)
    if isinstance(data, RDD):
        return _from_rows(session, data.collect(), schema, verify, sampling, True)
    return _from_rows(session, list(data), schema, verify, sampling, False)


def _from_rows(
    session: SparkSession,
    data: list[Any],
    schema: Any,
    verify: bool,
    sampling: float | None,
    first_only: bool,
) -> _native.Frame:
    given_names: list[Any] = []
    if isinstance(schema, DataType) and not isinstance(schema, StructType):
        check = _make_type_verifier(schema, name="field value")
        if verify:
            for value in data:
                check(value)
        data = [(value,) for value in data]
        struct = StructType([StructField("value", schema)])
    elif isinstance(schema, StructType):
        struct = schema
        if verify:
            check = _make_type_verifier(schema)
            for row in data:
                check(row)
    elif schema is None or isinstance(schema, (list, tuple)):
        struct = _infer(session, data, schema, first_only and sampling is None)
        given_names = list(schema or [])
    else:
        not_expected("schema", "list, None or StructType", schema)
    convert = _make_converter(struct)
    assert convert is not None
    rows = [convert(row) for row in data]
    return session._native.local_rows(_renamed(struct, given_names).json(), rows)


def _renamed(struct: StructType, names: list[Any]) -> StructType:
    if not names:
        return struct
    if len(names) > len(struct.fields):
        raise IndexError("list index out of range")
    kept = [f.name for f in struct.fields]
    for i, name in enumerate(names):
        if not isinstance(name, str):
            not_expected("schema", "list[str]", name)
        kept[i] = name
    return StructType(
        [StructField(n, f.dataType, True) for n, f in zip(kept, struct.fields, strict=True)]
    )


def _infer(session: SparkSession, data: list[Any], names: Any, first_only: bool) -> StructType:
    if not data:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    conf = session.conf
    inferred: Iterable[DataType] = (
        _infer_schema(
            row,
            names,
            _is_true(conf.get("spark.sql.pyspark.inferNestedDictAsStruct.enabled", None)),
            _is_true(
                conf.get("spark.sql.pyspark.legacy.inferArrayTypeFromFirstElement.enabled", None)
            ),
            _is_true(conf.get("spark.sql.pyspark.legacy.inferMapTypeFromFirstPair.enabled", None)),
            conf.get("spark.sql.timestampType", None) == "TIMESTAMP_NTZ",
        )
        for row in data
    )
    struct = _first_complete(inferred) if first_only else reduce(_merge_type, inferred)
    if _has_nulltype(struct):
        raise PySparkValueError(errorClass="CANNOT_DETERMINE_TYPE", messageParameters={})
    assert isinstance(struct, StructType)
    return struct


def _first_complete(inferred: Iterable[DataType]) -> DataType:
    """The type of an RDD's first row; of up to 100 rows where nulls leave it open."""
    found: DataType | None = None
    for count, struct in enumerate(inferred):
        found = struct if found is None else _merge_type(found, struct)
        if not _has_nulltype(found) or count == 99:
            break
    assert found is not None
    return found


def _is_true(text: Any) -> bool:
    return text == "true"


def _from_pandas(session: SparkSession, data: Any, schema: Any, verify: bool) -> _native.Frame:
    if isinstance(schema, DataType) and not isinstance(schema, StructType):
        rows = list(data.itertuples(index=False, name=None))
        return _from_rows(session, rows, schema, verify, None, False)
    if data.shape[1] == 0:
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    import pyarrow

    zone = session.conf.get("spark.sql.session.timeZone")
    names = [str(name) for name in data.columns]
    columns = []
    for position in range(data.shape[1]):
        series = data.iloc[:, position]
        if str(series.dtype).startswith("datetime64[") and series.dt.tz is None:
            # pandas has no zone for it: it is what the session's clock showed.
            series = series.dt.tz_localize(zone, ambiguous=False)
        columns.append(pyarrow.Array.from_pandas(series))
    return _from_arrow(session, pyarrow.table(columns, names=names), schema)


def _from_numpy(data: Any, schema: Any) -> tuple[Any, Any]:
    import pyarrow

    if getattr(data, "ndim", 0) not in (1, 2):
        raise PySparkValueError(
            errorClass="INVALID_NDARRAY_DIMENSION", messageParameters={"dimensions": "1 or 2"}
        )
    parts = [data] if data.ndim == 1 else [data[:, i] for i in range(data.shape[1])]
    if isinstance(schema, StructType):
        names = list(schema.names)
    elif isinstance(schema, (list, tuple)):
        names = list(schema)
    else:
        names = ["value"] if len(parts) == 1 else [f"_{i + 1}" for i in range(len(parts))]
    return pyarrow.table([pyarrow.array(part) for part in parts], names=names), schema


def _from_arrow(session: SparkSession, table: Any, schema: Any) -> _native.Frame:
    if isinstance(schema, (list, tuple)):
        table = table.select(list(range(len(schema)))).rename_columns(list(schema))
        schema = None
    if isinstance(schema, StructType):
        return session._native.local_arrow(schema.json(), table)
    if schema is not None:
        raise PySparkTypeError(
            errorClass="UNSUPPORTED_DATA_TYPE",
            messageParameters={"data_type": type(schema).__name__},
        )
    return session._native.local_arrow(None, table)
