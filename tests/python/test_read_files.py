"""Reading files where Spark cannot be recorded: Avro, compressed blocks, long lines, streams
over many files."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from typing import Any

import pytest

from caudal.errors import PySparkException
from caudal.sql import SparkSession


def zigzag(number: int) -> bytes:
    """A long of Avro."""
    value = (number << 1) ^ (number >> 63)
    out = bytearray()
    while value > 0x7F:
        out.append((value & 0x7F) | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value: str) -> bytes:
    raw = value.encode()
    return zigzag(len(raw)) + raw


def avro(schema: dict[str, Any], rows: list[bytes]) -> bytes:
    """A container of one block, not compressed."""
    sync = b"0123456789abcdef"
    meta = {"avro.schema": json.dumps(schema), "avro.codec": "null"}
    head = zigzag(len(meta)) + b"".join(text(k) + text(v) for k, v in meta.items()) + zigzag(0)
    block = b"".join(rows)
    return b"Obj\x01" + head + sync + zigzag(len(rows)) + zigzag(len(block)) + block + sync


RECORD = {
    "type": "record",
    "name": "r",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "name", "type": ["null", "string"]},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
        {
            "name": "price",
            "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2},
        },
        {"name": "kind", "type": {"type": "enum", "name": "k", "symbols": ["A", "B"]}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "half", "type": "float"},
    ],
}


def record(number: int) -> bytes:
    name = zigzag(0) if number % 2 else zigzag(1) + text(f"n{number}")
    cents = (number * 125).to_bytes(2, "big")
    tags = zigzag(1) + text(f"t{number}") + zigzag(0)
    return b"".join(
        [
            zigzag(number),
            name,
            zigzag(number),
            zigzag(1000 * number),
            zigzag(5),
            zigzag(2) + cents,
            zigzag(number % 2),
            tags,
            struct.pack("<f", number / 2),
        ]
    )


@pytest.fixture
def avro_file(tmp_path: Path) -> str:
    path = tmp_path / "a.avro"
    path.write_bytes(avro(RECORD, [record(n) for n in range(3)]))
    return str(path)


def test_avro_has_sparks_types(spark: SparkSession, avro_file: str) -> None:
    df = spark.read.format("avro").load(avro_file)
    assert df.schema.simpleString() == (
        "struct<id:bigint,name:string,day:date,at:timestamp,local:timestamp_ntz,"
        "price:decimal(6,2),kind:string,tags:array<string>,half:float>"
    )
    rows = df.selectExpr("id", "name", "CAST(day AS STRING) d", "price", "kind", "tags", "half")
    shown = [tuple(map(str, row)) for row in rows.collect()]
    assert shown == [
        ("0", "n0", "1970-01-01", "0.00", "A", "['t0']", "0.0"),
        ("1", "None", "1970-01-02", "1.25", "B", "['t1']", "0.5"),
        ("2", "n2", "1970-01-03", "2.50", "A", "['t2']", "1.0"),
    ]
    assert df.select("id").groupBy().count().first()[0] == 3


def test_avro_under_a_schema_of_the_readers(spark: SparkSession, avro_file: str) -> None:
    typed = spark.read.schema("ID long, half double, nothing int").format("avro")
    assert [tuple(row) for row in typed.load(avro_file).collect()] == [
        (0, 0.0, None),
        (1, 0.5, None),
        (2, 1.0, None),
    ]
    own = {"type": "record", "name": "r", "fields": [{"name": "id", "type": "long"}]}
    evolved = spark.read.format("avro").option("avroSchema", json.dumps(own)).load(avro_file)
    assert evolved.columns == ["id"]
    assert [row.id for row in evolved.collect()] == [0, 1, 2]
    wrong = spark.read.schema("name int").format("avro").load(avro_file)
    with pytest.raises(PySparkException):
        wrong.collect()


def test_avro_as_a_stream(spark: SparkSession, avro_file: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    os.rename(avro_file, folder / "a.avro")
    df = spark.readStream.schema("id long, kind string").format("avro").load(str(folder))
    query = df.writeStream.format("memory").queryName("avro_rows").start()
    query.processAllAvailable()
    query.stop()
    rows = spark.table("avro_rows").collect()
    assert sorted(tuple(row) for row in rows) == [(0, "A"), (1, "B"), (2, "A")]


def test_a_long_line_needs_a_few_times_its_length(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    size = 30_000_000
    path.write_bytes(b"short\n" + b"x" * size + b"\nend")
    lengths = spark.read.text(str(path)).selectExpr("length(value) AS n").collect()
    assert [row.n for row in lengths] == [5, size, 3]
    csv = spark.read.schema("a string, b string").csv(str(path)).selectExpr("length(a) AS n")
    assert sorted(row.n for row in csv.collect()) == [3, 5, size]


def test_a_stream_takes_new_files_of_a_large_folder(spark: SparkSession, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(1500):
        (folder / f"{number:05}.json").write_text(f'{{"n":{number}}}\n')
    df = spark.readStream.schema("n int").json(str(folder))
    query = df.writeStream.format("memory").queryName("many").start()
    query.processAllAvailable()
    assert spark.table("many").count() == 1500
    for number in range(1500, 1503):
        hidden = folder / f".{number}"
        hidden.write_text(f'{{"n":{number}}}\n')
        hidden.rename(folder / f"{number}.json")
        query.processAllAvailable()
        assert spark.table("many").count() == number + 1
    query.stop()


def test_a_file_that_vanishes_before_its_batch_fails_or_is_passed_over(
    spark: SparkSession, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"n":1}\n')
    strict = spark.read.schema("n int").json(str(path))
    lax = spark.read.schema("n int").option("ignoreMissingFiles", True).json(str(path))
    path.unlink()
    with pytest.raises(PySparkException, match="FILE_NOT_EXIST"):
        strict.collect()
    assert lax.collect() == []


@pytest.mark.parametrize(
    ("format", "name", "value"),
    [
        ("csv", "locale", "fr-FR"),
        ("csv", "samplingRatio", "0.5"),
        ("csv", "singleVariantColumn", "v"),
        ("json", "locale", "fr-FR"),
        ("parquet", "datetimeRebaseMode", "LEGACY"),
    ],
)
def test_an_option_that_is_not_there_is_named(
    spark: SparkSession, tmp_path: Path, format: str, name: str, value: str
) -> None:
    reader = spark.read.format(format).schema("a int").option(name, value)
    with pytest.raises(PySparkException, match=name):
        reader.load(str(tmp_path))
