"""Avro in columns of bytes: one value a row, as Kafka carries them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from caudal.errors import PySparkTypeError
from caudal.sql._convert import option_map
from caudal.sql.column import Column
from caudal.sql.functions._call import ColumnOrName, call, constant, given

__all__ = ["from_avro", "to_avro"]


def from_avro(
    data: ColumnOrName,
    jsonFormatSchema: str | None = None,
    options: dict[str, str] | None = None,
    *,
    subject: Column | str | None = None,
    schemaRegistryAddress: str | None = None,
) -> Column:
    """The value of Avro bytes.

    Parameters
    ----------
    data
        A column of bytes.
    jsonFormatSchema
        The schema that the values were written by, as JSON. With a registry it is the
        schema that they are read by, and may be left out for the newest of `subject`.
    options
        ``mode`` (``FAILFAST``, the default; ``PERMISSIVE`` gives null for bytes that are
        no value), ``avroSchema`` (the schema to read by, where it is not the writer's),
        ``datetimeRebaseMode``, ``enableStableIdentifiersForUnionType``,
        ``stableIdentifierPrefixForUnionType``, ``recursiveFieldMaxDepth``; for a registry
        those that ``docs/avro.md`` names.
    subject
        Beyond Spark, as Databricks has it: the subject whose newest schema values are read
        by.
    schemaRegistryAddress
        Beyond Spark: the address of a schema registry (``http://host:8081``). Values then
        begin with a byte 0 and the number of their schema, as Confluent's serialisers write
        them.

    Returns
    -------
    Column
        Of the type that belongs to the schema: a record is a struct. Null where `data` is.

    Raises
    ------
    PySparkTypeError
        An argument of another type.
    AnalysisException
        A schema that Spark does not take.

    Examples
    --------
    >>> from caudal.sql.avro.functions import from_avro, to_avro
    >>> data = spark.range(2).select(to_avro("id").alias("value"))
    >>> data.select(from_avro("value", '"long"').alias("id")).collect()
    [Row(id=0), Row(id=1)]
    """
    _check("data", data, (Column, str), "pyspark.sql.Column or str")
    registry = _registry(subject, schemaRegistryAddress)
    if jsonFormatSchema is not None or not registry:
        _check("jsonFormatSchema", jsonFormatSchema, str, "str")
    if options is not None:
        _check("options", options, dict, "dict, optional")
    every = _all_options(options, registry)
    return call("from_avro", data, _schema(jsonFormatSchema), *given(every))


def to_avro(
    data: ColumnOrName,
    jsonFormatSchema: str = "",
    *,
    subject: Column | str | None = None,
    schemaRegistryAddress: str | None = None,
    options: dict[str, str] | None = None,
) -> Column:
    """The value as Avro bytes.

    Parameters
    ----------
    data
        A column of any type that Avro has: a struct is a record.
    jsonFormatSchema
        The schema to write by, as JSON; without one the type's own.
    subject
        Beyond Spark, as Databricks has it: the subject under which a registry knows the
        schema.
    schemaRegistryAddress
        Beyond Spark: the address of a schema registry, which learns the schema unless it
        has it. Each value then begins with a byte 0 and the number of the schema.
    options
        Beyond Spark, with a registry only: those that ``docs/avro.md`` names.

    Returns
    -------
    Column
        Bytes; null where `data` is.

    Raises
    ------
    PySparkTypeError
        An argument of another type.
    AnalysisException
        A type that the schema does not hold.

    Examples
    --------
    >>> from caudal.sql.avro.functions import to_avro
    >>> df = spark.createDataFrame(["SPADES"], "string")
    >>> suits = '{"type": "enum", "name": "suit", "symbols": ["SPADES", "HEARTS"]}'
    >>> df.select(to_avro("value", f'["null", {suits}]').alias("suit")).collect()
    [Row(suit=b'\\x02\\x00')]
    """
    _check("data", data, (Column, str), "pyspark.sql.Column or str")
    _check("jsonFormatSchema", jsonFormatSchema, str, "str")
    if options is not None:
        _check("options", options, dict, "dict, optional")
    every = _all_options(options, _registry(subject, schemaRegistryAddress))
    if every is None:
        return call("to_avro", data, *given(constant(jsonFormatSchema or None)))
    return call("to_avro", data, _schema(jsonFormatSchema or None), every)


def _check(name: str, value: Any, kinds: type | tuple[type, ...], described: str) -> None:
    if not isinstance(value, kinds):
        raise PySparkTypeError(
            errorClass="INVALID_TYPE",
            messageParameters={"arg_name": name, "arg_type": described},
        )


def _schema(text: str | None) -> Column:
    """The schema as a constant; without one a null."""
    from caudal.sql.functions import lit

    return lit(text)


def _registry(subject: Column | str | None, address: str | None) -> dict[str, Any]:
    """The arguments that say where a registry is, as options."""
    found: dict[str, Any] = {}
    if subject is not None:
        _check("subject", subject, (Column, str), "pyspark.sql.Column or str")
        found["subject"] = subject
    if address is not None:
        _check("schemaRegistryAddress", address, str, "str")
        found["schemaRegistryAddress"] = address
    return found


def _all_options(options: Mapping[str, Any] | None, registry: dict[str, Any]) -> Column | None:
    """All options as a map; a subject may be a constant column."""
    if not isinstance(registry.get("subject"), Column):
        return option_map({**(options or {}), **registry})
    from caudal.sql.functions import create_map, lit

    every = {**(options or {}), **registry}
    pairs = [
        (lit(key), value if isinstance(value, Column) else lit(str(value)))
        for key, value in every.items()
    ]
    return create_map(*[part for pair in pairs for part in pair])
