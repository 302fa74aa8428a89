"""What Spark's recordings cannot show of writers: bytes of binary formats, failing disks."""

import datetime as dt
import json
import os
import subprocess
import sys
import zlib
from decimal import Decimal
from pathlib import Path

import pyarrow.orc
import pyarrow.parquet
import pytest

from caudal.errors import PySparkException, PySparkNotImplementedError
from caudal.sql import SparkSession

ROWS = """
SELECT * FROM VALUES
  (1, true, 1Y, 2S, 4L, 1.5F, 2.5D, 'text', X'00FF', DATE '2024-02-29',
   TIMESTAMP '2024-01-02 03:04:05.678901'),
  (2, null, null, null, null, null, null, null, null, null, null)
AS t(i, bo, b, s, l, f, d, st, bin, da, ts)
"""
UTC = dt.timezone.utc
FIRST = {
    "i": 1,
    "bo": True,
    "b": 1,
    "s": 2,
    "l": 4,
    "f": 1.5,
    "d": 2.5,
    "st": "text",
    "bin": b"\x00\xff",
    "da": dt.date(2024, 2, 29),
    "ts": dt.datetime(2024, 1, 2, 3, 4, 5, 678901, UTC),
}


def data_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*"))


@pytest.mark.parametrize("codec", ["none", "snappy", "gzip", "zstd", "lz4", "lz4_raw", "brotli"])
def test_parquet_is_read_by_pyarrow(spark: SparkSession, tmp_path: Path, codec: str) -> None:
    folder = tmp_path / "out"
    spark.sql(ROWS).orderBy("i").coalesce(1).write.parquet(str(folder), compression=codec)
    [path] = data_files(folder)
    rows = pyarrow.parquet.read_table(path).to_pylist()
    assert rows[0] == FIRST
    assert [value for value in rows[1].values() if value is not None] == [2]
    schema = pyarrow.parquet.read_schema(path).metadata
    assert b'"name":"ts","type":"timestamp"' in schema[b"org.apache.spark.sql.parquet.row.metadata"]


def test_parquet_holds_nested_values_and_decimals(spark: SparkSession, tmp_path: Path) -> None:
    df = spark.sql(
        "SELECT array(1, null) a, map('x', 1.50) m, named_struct('p', array('z')) s,"
        " cast(1.5 AS decimal(38, 5)) wide, INTERVAL '1-2' YEAR TO MONTH ym,"
        " INTERVAL '1' DAY dt, TIMESTAMP_NTZ '2024-01-02 03:04:05' n"
    )
    df.coalesce(1).write.parquet(str(tmp_path / "out"))
    [path] = data_files(tmp_path / "out")
    [row] = pyarrow.parquet.read_table(path).to_pylist()
    assert row == {
        "a": [1, None],
        "m": [("x", Decimal("1.50"))],
        "s": {"p": ["z"]},
        "wide": Decimal("1.50000"),
        "ym": 14,
        "dt": 86_400_000_000,
        "n": dt.datetime(2024, 1, 2, 3, 4, 5),
    }


@pytest.mark.parametrize("codec", ["none", "snappy", "zlib", "zstd", "lz4"])
def test_orc_is_read_by_pyarrow(spark: SparkSession, tmp_path: Path, codec: str) -> None:
    folder = tmp_path / "out"
    spark.sql(ROWS).orderBy("i").coalesce(1).write.orc(str(folder), compression=codec)
    [path] = data_files(folder)
    rows = pyarrow.orc.read_table(path).to_pylist()
    assert rows[0] | {"ts": None} == FIRST | {"ts": None}
    assert rows[0]["ts"].replace(tzinfo=UTC) == FIRST["ts"]
    assert [value for value in rows[1].values() if value is not None] == [2]


def avro_long(content: memoryview, at: int) -> tuple[int, int]:
    """A zigzag number and where it ends."""
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return (value >> 1) ^ -(value & 1), at


def avro_bytes(content: memoryview, at: int) -> tuple[bytes, int]:
    length, at = avro_long(content, at)
    return bytes(content[at : at + length]), at + length


def avro_rows(path: Path) -> list[tuple[int | None, str | None]]:
    """The rows ``(i long?, st string?)`` of an object container file."""
    content = memoryview(path.read_bytes())
    assert content[:4] == b"Obj\x01"
    count, at = avro_long(content, 4)
    header = {}
    for _ in range(count):
        key, at = avro_bytes(content, at)
        header[key.decode()], at = avro_bytes(content, at)
    assert header.get("avro.codec", b"null") in (b"null", b"deflate")
    schema = json.loads(header["avro.schema"])
    assert schema["name"] == "topLevelRecord"
    assert [f["type"] for f in schema["fields"]] == [["long", "null"], ["string", "null"]]
    at += 1 + 16  # the end of the header's map, the mark between blocks
    count, at = avro_long(content, at)
    block, at = avro_bytes(content, at)
    if header.get("avro.codec") == b"deflate":
        block = zlib.decompress(block, wbits=-15)
    values, at, rows = memoryview(block), 0, []
    for _ in range(count):
        branch, at = avro_long(values, at)
        number, at = avro_long(values, at) if branch == 0 else (None, at)
        branch, at = avro_long(values, at)
        text, at = avro_bytes(values, at) if branch == 0 else (None, at)
        rows.append((number, None if text is None else text.decode()))
    assert at == len(values)
    return rows


@pytest.mark.parametrize("codec", ["uncompressed", "deflate"])
def test_avro_holds_the_rows(spark: SparkSession, tmp_path: Path, codec: str) -> None:
    df = spark.sql("SELECT * FROM VALUES (1L, 'a'), (null, 'é'), (-70000L, null) AS t(i, st)")
    writer = df.coalesce(1).write.format("avro").option("compression", codec)
    writer.save(str(tmp_path / "out"))
    [path] = data_files(tmp_path / "out")
    assert path.name.endswith("-c000.avro")
    assert avro_rows(path) == [(1, "a"), (None, "é"), (-70000, None)]


def test_orc_names_what_it_does_not_hold(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(PySparkNotImplementedError, match="array<int> to ORC"):
        spark.sql("SELECT array(1) a").write.orc(str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_is_named(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Exception, match=f"cannot write {tmp_path}/file/out"):
        spark.range(3).write.json(str(tmp_path / "file" / "out"))


def test_a_failing_write_leaves_what_was_there(spark: SparkSession, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    spark.range(3).coalesce(1).write.json(str(folder))
    before = sorted(os.listdir(folder))
    with pytest.raises(Exception, match="DIVIDE_BY_ZERO"):
        spark.sql("SELECT 1 / (id - 2) FROM range(5)").write.mode("overwrite").json(str(folder))
    assert sorted(os.listdir(folder)) == before


FULL = """
import resource, sys
import caudal
caudal.activate()
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    spark.range(1_000_000).selectExpr("id", "repeat(string(id), 20) s").write.{call}
except Exception as error:
    print(error)
"""


@pytest.mark.parametrize("fmt", ["json", "csv", "parquet", "orc", "avro"])
def test_a_disk_that_is_full_is_named_and_nothing_is_visible(tmp_path: Path, fmt: str) -> None:
    folder = tmp_path / "out"
    program = FULL.replace("{call}", f"format({fmt!r}).save({str(folder)!r})")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"cannot write {folder}/" in done.stdout
    assert "File too large" in done.stdout
    assert os.listdir(folder) == []


def test_a_sink_whose_disk_is_full_fails_with_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    program = f"""
import resource
import caudal
caudal.activate()
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
rows = ['{{"v": "' + str(n) + "x" * 90 + '"}}' for n in range(2000)]
import pathlib
pathlib.Path({str(tmp_path)!r}, "in").mkdir()
pathlib.Path({str(tmp_path)!r}, "in/a.json").write_text("\\n".join(rows))
stream = spark.readStream.schema("v string").json({str(tmp_path / "in")!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
query = (
    stream.writeStream.format("json").option("checkpointLocation", {str(tmp_path / "cp")!r})
    .trigger(availableNow=True).start({str(folder)!r})
)
try:
    query.awaitTermination()
except Exception as error:
    print(error)
""".replace("{{", "{").replace("}}", "}")
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert f"cannot write {folder}/" in done.stdout
    assert [name for name in os.listdir(folder) if not name.startswith(".")] == ["_spark_metadata"]
    assert [n for n in os.listdir(folder / "_spark_metadata") if not n.startswith(".")] == []


@pytest.mark.parametrize("wrong", [{"retention": "soon"}, {"compression": "what"}])
def test_a_stream_that_cannot_begin_is_not_active(
    spark: SparkSession, tmp_path: Path, wrong: dict[str, str]
) -> None:
    rows = spark.readStream.format("rate").load()
    writer = rows.writeStream.format("json").options(**wrong)
    writer = writer.option("checkpointLocation", str(tmp_path / "checkpoint"))
    with pytest.raises(PySparkException):
        writer.start(str(tmp_path / "out"))
    assert spark.streams.active == []
