"""What Protobuf's functions do beyond what Spark was asked: in `tests/oracle/programs/protobuf`."""

from pathlib import Path

import pytest

from caudal.errors import AnalysisException, PySparkNotImplementedError
from caudal.sql.protobuf.functions import from_protobuf, to_protobuf

DESCRIPTORS = Path(__file__).parents[1] / "oracle" / "files" / "protobuf" / "events.desc"


def deep(times: int) -> bytes:
    """A `Tree` within a `Tree` within … so many times."""
    data = b"\x08\x01"
    for _ in range(times):
        length, size = len(data), bytearray()
        while length > 127:
            size.append(length & 127 | 128)
            length >>= 7
        data = b"\x12" + bytes([*size, length]) + data
    return data


def test_the_file_is_read_when_the_column_is_made(spark, tmp_path):
    copy = tmp_path / "copy.desc"
    copy.write_bytes(DESCRIPTORS.read_bytes())
    column = from_protobuf("data", "Inner", str(copy)).alias("v")
    copy.unlink()
    df = spark.sql("SELECT X'0805' AS data")
    assert df.select(column).first().v.n == 5


@pytest.mark.parametrize(("times", "is_read"), [(99, True), (100, True), (101, False)])
def test_a_hundred_messages_within_each_other(spark, times, is_read):
    df = spark.createDataFrame([(deep(times),)], "data binary")
    options = {"recursive.fields.max.depth": "1", "mode": "PERMISSIVE"}
    value = df.select(from_protobuf("data", "Tree", str(DESCRIPTORS), options).alias("v")).first().v
    assert (value is not None) == is_read


def test_a_wrapped_zero_in_a_list_is_refused_by_name(spark):
    df = spark.sql("SELECT X'5200' AS data")
    options = {"unwrap.primitive.wrapper.types": "true"}
    column = from_protobuf("data", "Wrapped", str(DESCRIPTORS), options)
    with pytest.raises(PySparkNotImplementedError, match="wrapped zero"):
        df.select(column).collect()
    filled = from_protobuf(
        "data", "Wrapped", str(DESCRIPTORS), {**options, "emit.default.values": "true"}
    )
    assert df.select(filled.alias("v")).first().v.many == [0]


def test_calls_of_other_descriptors_are_not_one(spark):
    df = spark.sql("SELECT X'0805' AS data")
    name = "org.sparkproject.spark_protobuf.protobuf."
    row = df.select(
        from_protobuf("data", name + "Duration").alias("a"),
        from_protobuf("data", name + "Int64Value").alias("b"),
        from_protobuf("data", "Inner", str(DESCRIPTORS)).alias("c"),
        from_protobuf("data", "Inner", str(DESCRIPTORS), {"emit.default.values": "true"}).alias(
            "d"
        ),
    ).first()
    assert (row.a.seconds, row.b.value, row.c.t, row.d.t) == (5, 5, None, "")


def test_nothing_is_told_of_a_message_without_rows(spark):
    df = spark.sql("SELECT named_struct('nope', 1) AS s")
    column = to_protobuf("s", "Inner", str(DESCRIPTORS))
    assert df.where("false").select(column).collect() == []
    with pytest.raises(AnalysisException, match="UNABLE_TO_CONVERT_TO_PROTOBUF_MESSAGE_TYPE"):
        df.select(column).collect()
