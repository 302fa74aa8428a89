"""Batch reads and writes of a bucket: formats, folders, patterns and save modes."""

import gzip
from typing import Any

import pytest

from caudal.errors import AnalysisException, PySparkException

from .store import Bucket

ROWS = [(1, "one", "a"), (2, "two", "b"), (3, None, "a"), (4, "vier", "b")]

# Text of about a hundred letters that hardly shrinks.
P = [7919 * n * n + 104729 for n in range(1, 24)]
NOISE = "concat_ws('', " + ", ".join(f"cast(id * {n} % 99991 as string)" for n in P) + ")"


def rows_of(frame: Any) -> list[tuple[Any, ...]]:
    return sorted(tuple(row) for row in frame.collect())


@pytest.mark.parametrize("scheme", ["s3a", "s3"])
@pytest.mark.parametrize("form", ["csv", "json", "parquet", "orc", "avro"])
def test_rows_go_there_and_back(on_bucket: Any, bucket: Bucket, form: str, scheme: str) -> None:
    place = f"{scheme}://{bucket.name}/a/b"
    frame = on_bucket.createDataFrame(ROWS, "id int, name string, k string")
    frame.write.format(form).option("header", True).save(place)
    keys = bucket.keys()
    assert "a/b/_SUCCESS" in keys
    assert all(key.startswith("a/b/part-") for key in keys if not key.endswith("_SUCCESS")), keys
    reader = on_bucket.read.format(form).option("header", True)
    back = reader.schema("id int, name string, k string").load(place)
    assert rows_of(back) == sorted(ROWS)
    assert back.select("k").distinct().count() == 2
    assert all(url.startswith(f"{scheme}://{bucket.name}/a/b/part-") for url in back.inputFiles())


def test_a_schema_is_inferred_from_objects(on_bucket: Any, bucket: Bucket) -> None:
    bucket.put("in/1.csv", "id,name\n1,one\n2,two\n")
    bucket.put("in/_hidden/x.csv", "no,thing,here\n")
    frame = on_bucket.read.csv(f"{bucket.url}/in", header=True, inferSchema=True)
    assert frame.dtypes == [("id", "int"), ("name", "string")]
    assert rows_of(frame) == [(1, "one"), (2, "two")]


def test_names_may_hold_anything(on_bucket: Any, bucket: Bucket) -> None:
    names = ["in/a b.txt", "in/ä%20+#?.txt", "in/k=x%3Ay/f.txt"]
    for name in names:
        bucket.put(name, name)
    frame = on_bucket.read.text(f"{bucket.url}/in", recursiveFileLookup=True)
    assert rows_of(frame) == sorted((name,) for name in names)
    one = on_bucket.read.text(f"{bucket.url}/in/a b.txt")
    assert rows_of(one) == [("in/a b.txt",)]


def test_compressed_text(on_bucket: Any, bucket: Bucket) -> None:
    packed = gzip.compress(b"one\ntwo\n")
    bucket.s3.put_object(Bucket=bucket.name, Key="in/f.txt.gz", Body=packed)
    assert rows_of(on_bucket.read.text(f"{bucket.url}/in")) == [("one",), ("two",)]


def test_folders_are_partitions(on_bucket: Any, bucket: Bucket) -> None:
    frame = on_bucket.createDataFrame(ROWS, "id int, name string, k string")
    frame.write.partitionBy("k").json(f"{bucket.url}/t")
    folders = {key.split("/")[1] for key in bucket.keys("t/k=")}
    assert folders == {"k=a", "k=b"}
    read = on_bucket.read.schema("id int, name string, k string")
    assert rows_of(read.json(f"{bucket.url}/t")) == sorted(ROWS)
    only = read.option("basePath", f"{bucket.url}/t").json(f"{bucket.url}/t/k=b")
    assert rows_of(only) == [(2, "two", "b"), (4, "vier", "b")]
    filtered = on_bucket.read.json(f"{bucket.url}/t").where("k = 'a'").select("id")
    assert rows_of(filtered) == [(1,), (3,)]


def test_patterns(on_bucket: Any, bucket: Bucket) -> None:
    for name in ["a/1/x.txt", "a/2/x.txt", "a/3/y.txt", "b/1/x.txt", "a/x.txt"]:
        bucket.put(name, name)

    def found(pattern: str) -> list[str]:
        frame = on_bucket.read.text(f"{bucket.url}/{pattern}")
        return sorted(row[0] for row in frame.collect())

    assert found("a/*/x.txt") == ["a/1/x.txt", "a/2/x.txt"]
    assert found("{a,b}/1") == ["a/1/x.txt", "b/1/x.txt"]
    assert found("*/[12]/*.txt") == ["a/1/x.txt", "a/2/x.txt", "b/1/x.txt"]
    with pytest.raises(AnalysisException) as error:
        found("a/*/z.txt")
    assert error.value.getCondition() == "PATH_NOT_FOUND"
    assert f"{bucket.url}/a/*/z.txt" in str(error.value)


def test_save_modes(on_bucket: Any, bucket: Bucket) -> None:
    place = f"{bucket.url}/t"

    def write(ids: list[int], mode: str) -> None:
        frame = on_bucket.createDataFrame([(n,) for n in ids], "id int")
        frame.coalesce(1).write.mode(mode).csv(place)

    def ids() -> list[int]:
        return [row[0] for row in rows_of(on_bucket.read.schema("id int").csv(place))]

    write([1, 2], "error")
    with pytest.raises(AnalysisException) as error:
        write([9], "error")
    assert error.value.getCondition() == "PATH_ALREADY_EXISTS"
    assert f"{place} already exists" in str(error.value)
    write([9], "ignore")
    assert ids() == [1, 2]
    write([3], "append")
    assert ids() == [1, 2, 3]
    bucket.put("t/below/old.csv", "7\n")
    write([4], "overwrite")
    assert ids() == [4]
    assert len(bucket.keys("t/")) == 2, "the old objects are gone"


def test_an_overwrite_may_keep_other_partitions(on_bucket: Any, bucket: Bucket) -> None:
    place = f"{bucket.url}/t"
    schema = "id int, k string"
    on_bucket.createDataFrame([(1, "a"), (2, "b")], schema).write.partitionBy("k").csv(place)
    new = on_bucket.createDataFrame([(3, "b"), (4, "c")], schema)
    writer = new.write.mode("overwrite").partitionBy("k")
    writer.option("partitionOverwriteMode", "dynamic").csv(place)
    frame = on_bucket.read.schema(schema).csv(place)
    assert rows_of(frame) == [(1, "a"), (3, "b"), (4, "c")]


def test_a_job_that_fails_leaves_nothing(on_bucket: Any, bucket: Bucket) -> None:
    frame = on_bucket.range(0, 400_000, 1, 2)
    bad = frame.selectExpr(f"{NOISE} as a", "id div (399999 - id) as b")
    with pytest.raises(PySparkException):
        bad.write.csv(f"{bucket.url}/t")
    assert bucket.keys() == []
    assert bucket.uploads() == []


@pytest.mark.parametrize("form", ["parquet", "orc", "csv"])
def test_large_files_go_up_in_parts_and_are_read_in_ranges(
    on_bucket: Any, bucket: Bucket, form: str
) -> None:
    text = f"{NOISE} as a", "id", "cast(id % 7 as string) as k"
    frame = on_bucket.range(0, 300_000, 1, 1).selectExpr(*text)
    place = f"{bucket.url}/t"
    frame.coalesce(1).write.format(form).save(place)
    sizes = [
        bucket.s3.head_object(Bucket=bucket.name, Key=key)["ContentLength"]
        for key in bucket.keys("t/part-")
    ]
    assert max(sizes) > 8 << 20, "large enough for parts"
    assert bucket.uploads() == []
    back = on_bucket.read.format(form).schema("a string, id long, k string").load(place)
    assert back.selectExpr("sum(id)").first()[0] == sum(range(300_000))
    assert back.where("k = '3'").selectExpr("count(distinct a)").first()[0] == 300_000 // 7
    wanted = frame.where("id in (0, 177777, 299999)").select("a")
    assert rows_of(back.where("id in (0, 177777, 299999)").select("a")) == rows_of(wanted)


def test_a_path_that_is_not_there(on_bucket: Any, bucket: Bucket) -> None:
    with pytest.raises(AnalysisException) as error:
        on_bucket.read.json(f"{bucket.url}/nothing")
    assert error.value.getCondition() == "PATH_NOT_FOUND"
    assert f"{bucket.url}/nothing" in str(error.value)


def test_a_bucket_may_be_mounted(on_bucket: Any, bucket: Bucket) -> None:
    bucket.put("in/1.txt", "hello")
    on_bucket.conf.set("spark.caudal.fs.mounts", f"dbfs:/mnt/b={bucket.url}")
    try:
        assert rows_of(on_bucket.read.text("dbfs:/mnt/b/in")) == [("hello",)]
    finally:
        on_bucket.conf.unset("spark.caudal.fs.mounts")
