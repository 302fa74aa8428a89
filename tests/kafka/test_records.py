"""Records of any size and form, and the ends of topics whose last offsets are no records."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition

from caudal.sql import SparkSession
from caudal.sql.functions import col, from_json

from .queries import batch, save, session, start, stream, texts, until, values
from .topics import FIRST_MILLI, Kafka


@pytest.fixture
def spark() -> Iterator[SparkSession]:
    opened = session()
    yield opened
    for query in opened.streams.active:
        query.stop()


# Sizes and forms

TEN_MEGABYTES = 10 << 20


def test_a_record_of_ten_megabytes_goes_in_and_out(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    large = {"max.message.bytes": str(2 * TEN_MEGABYTES)}
    source, target = kafka.topic("from", config=large), kafka.topic("to", config=large)
    value = "0123456789abcdef" * (TEN_MEGABYTES // 16)
    kafka.produce(source, ["small", value, "after"], **{"message.max.bytes": 2 * TEN_MEGABYTES})
    assert [len(text) for text in values(batch(spark, kafka.bootstrap, source))] == [
        5,
        TEN_MEGABYTES,
        5,
    ]
    options = {"kafka.max.request.size": 2 * TEN_MEGABYTES, "kafka.buffer.memory": 32 << 20}
    rows = texts(stream(spark, kafka.bootstrap, source))
    query = start(rows, kafka.bootstrap, tmp_path / "c", topic=target, **options)
    query.processAllAvailable()
    query.stop()
    assert query.exception() is None
    assert [r.value for r in kafka.consume(target)] == [b"small", value.encode(), b"after"]


def test_a_record_that_is_too_large_is_refused_by_name(spark: SparkSession, kafka: Kafka) -> None:
    target = kafka.topic("to")
    rows = spark.createDataFrame([("x" * (2 << 20),)], "value string")
    with pytest.raises(Exception, match="RecordTooLargeException") as raised:
        save(rows, kafka.bootstrap, topic=target)
    assert target in str(raised.value) and "max.request.size" in str(raised.value)


def test_null_and_empty_keys_and_values_stay_apart(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    source, target = kafka.topic("from"), kafka.topic("to")
    kafka.produce(source, [(None, None), ("", ""), ("k", None), (None, "v")])
    rows = stream(spark, kafka.bootstrap, source).select("key", "value")
    query = start(rows, kafka.bootstrap, tmp_path / "c", topic=target)
    query.processAllAvailable()
    query.stop()
    assert [(r.key, r.value) for r in kafka.consume(target)] == [
        (None, None),
        (b"", b""),
        (b"k", None),
        (None, b"v"),
    ]


def test_a_record_that_is_no_json_is_null_and_ends_nothing(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    source = kafka.topic("from")
    kafka.produce(source, ['{"n": 1}', "poison", None, b"\xff\xfe", '{"n": 2}'])
    rows = stream(spark, kafka.bootstrap, source)
    parsed = rows.select(from_json(col("value").cast("string"), "n INT").alias("row"))
    name = "poison_" + tmp_path.name.replace("-", "_")
    query = parsed.select("row.n").writeStream.format("memory").queryName(name).start()
    query.processAllAvailable()
    query.stop()
    assert query.exception() is None
    assert [row.n for row in spark.table(name).collect()] == [1, None, None, None, 2]


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_compressed_records_are_read_and_written(
    codec: str, spark: SparkSession, kafka: Kafka
) -> None:
    source, target = kafka.topic("from"), kafka.topic("to")
    rows = [f"{number} {'abc' * 50}" for number in range(500)]
    kafka.produce(source, rows, **{"compression.type": codec, "linger.ms": 50})
    read = batch(spark, kafka.bootstrap, source)
    assert values(read) == rows
    save(texts(read), kafka.bootstrap, topic=target, kafka_compression_type=codec)
    assert [r.value.decode() for r in kafka.consume(target) if r.value] == rows


# The ends of topics


def at_once(read: Any, seconds: float = 5) -> Any:
    began = time.monotonic()
    found = read()
    assert time.monotonic() - began < seconds, "it waited for records that do not come"
    return found


@pytest.mark.parametrize("level", ["read_committed", "read_uncommitted"])
def test_an_end_of_marks_and_aborted_records_is_an_end(
    level: str, spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    topic = kafka.topic("rows")
    with kafka.transaction(topic, ["a", "b"]):
        pass
    with kafka.transaction(topic, ["x", "y"], commit=False):
        pass
    options = {"kafka.isolation.level": level}
    expected = ["a", "b"] if level == "read_committed" else ["a", "b", "x", "y"]
    read = batch(spark, kafka.bootstrap, topic, **options)
    assert at_once(lambda: values(read)) == expected
    name = f"ends_{level}_" + kafka.name("t").replace("-", "_")
    rows = texts(stream(spark, kafka.bootstrap, topic, **options))
    query = rows.writeStream.format("memory").queryName(name).start()
    at_once(query.processAllAvailable)
    with kafka.transaction(topic, ["z"], commit=False):
        pass
    at_once(query.processAllAvailable)
    with kafka.transaction(topic, ["c"]):
        pass
    at_once(query.processAllAvailable)
    query.stop()
    assert query.exception() is None
    expected += ["c"] if level == "read_committed" else ["z", "c"]
    assert [row.value for row in spark.table(name).collect()] == expected


def test_an_open_transaction_is_waited_for_by_who_reads_what_is_committed(
    spark: SparkSession, kafka: Kafka
) -> None:
    topic = kafka.topic("rows")
    name = "open_" + kafka.name("t").replace("-", "_")
    options = {"kafka.isolation.level": "read_committed"}
    kafka.produce(topic, ["a"])
    rows = texts(stream(spark, kafka.bootstrap, topic, **options))
    query = rows.writeStream.format("memory").queryName(name).start()

    def found() -> list[str]:
        return [row.value for row in spark.table(name).collect()]

    with kafka.transaction(topic, ["b"]):
        kafka.produce(topic, ["c"])
        at_once(query.processAllAvailable)
        assert found() == ["a"], "what lies behind an open transaction is not committed"
    until(lambda: found() == ["a", "b", "c"], "the transaction's end")
    query.stop()
    assert query.exception() is None


@pytest.mark.apache_kafka(reason="noida compacts nothing")
@pytest.mark.timeout(300)
def test_gaps_of_a_compacted_topic_are_no_losses(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    config = {
        "cleanup.policy": "compact",
        "min.cleanable.dirty.ratio": "0.001",
        "segment.ms": "100",
        "min.compaction.lag.ms": "0",
        "max.compaction.lag.ms": "100",
        "delete.retention.ms": "0",
    }
    topic = kafka.topic("rows", config=config)
    for number in range(30):
        kafka.produce(topic, [("k", str(number), 0, None, FIRST_MILLI + 1000 * number)])
    read = batch(spark, kafka.bootstrap, topic)
    until(lambda: len(at_once(lambda: values(read))) < 5, "compaction", seconds=120)
    found = at_once(lambda: values(read))
    assert found == [r.value.decode() for r in kafka.consume(topic) if r.value]
    assert found[-1] == "29"
    name = "compacted_" + tmp_path.name.replace("-", "_")
    rows = texts(stream(spark, kafka.bootstrap, topic, maxOffsetsPerTrigger=7))
    query = rows.writeStream.format("memory").queryName(name).start()
    at_once(query.processAllAvailable, 10)
    query.stop()
    assert query.exception() is None
    assert [row.value for row in spark.table(name).collect()][-1] == "29"


def test_a_range_that_ends_in_offsets_without_records_is_read_at_once(
    spark: SparkSession, kafka: Kafka
) -> None:
    topic = kafka.topic("rows")
    with kafka.transaction(topic, [str(number) for number in range(10)], commit=False):
        pass
    kafka.produce(topic, ["after"])
    options = {
        "kafka.isolation.level": "read_committed",
        "startingOffsets": f'{{"{topic}": {{"0": 2}}}}',
        "endingOffsets": f'{{"{topic}": {{"0": 8}}}}',
    }
    assert at_once(lambda: values(batch(spark, kafka.bootstrap, topic, **options))) == []


# Offsets for others


def test_offsets_are_kept_in_a_group_where_that_is_asked_for(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    topic, group = kafka.topic("rows", partitions=2), kafka.name("group")
    kafka.produce(topic, [("k", "a", 0), ("k", "b", 1), ("k", "c", 1)])
    options = {"caudal.commitOffsetsToGroup": group}
    rows = texts(stream(spark, kafka.bootstrap, topic, **options))
    writer = rows.writeStream.format("noop").option("checkpointLocation", str(tmp_path / "c"))
    writer.trigger(availableNow=True).start().awaitTermination()
    assert committed(kafka, group, topic) == [1, 2]
    query = rows.writeStream.format("noop").start()
    query.processAllAvailable()
    kafka.produce(topic, [("k", "d", 0)])
    until(lambda: committed(kafka, group, topic) == [2, 2], "the fourth record's offset")
    query.stop()
    assert query.exception() is None


def committed(kafka: Kafka, group: str, topic: str) -> list[int]:
    reader = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": group})
    try:
        places = reader.committed([TopicPartition(topic, n) for n in range(2)], timeout=30)
        return [place.offset for place in places]
    finally:
        reader.close()


# One stream, several uses


@pytest.mark.parametrize("count", [50, 12_000], ids=["one-after-the-other", "by-turns"])
def test_a_stream_that_stands_twice_in_a_plan_gives_its_records_to_both(
    spark: SparkSession, kafka: Kafka, tmp_path: Path, count: int
) -> None:
    source = kafka.topic("rows", partitions=2)
    kafka.produce(source, [(None, str(n), n % 2) for n in range(count)])
    rows = texts(stream(spark, kafka.bootstrap, source))
    both = rows.where("cast(value as int) % 2 = 0").union(rows.where("cast(value as int) % 3 = 0"))
    query = (
        both.writeStream.format("memory")
        .queryName("both")
        .option("checkpointLocation", str(tmp_path / "c"))
        .start()
    )
    try:
        for round_ in (1, 2):
            query.processAllAvailable()
            found = sorted(int(row.value) for row in spark.table("both").collect())
            once = [n for n in range(count) if n % 2 == 0] + [n for n in range(count) if n % 3 == 0]
            assert found == sorted(once * round_)
            if round_ == 1:
                kafka.produce(source, [(None, str(n), n % 2) for n in range(count)])
    finally:
        query.stop()
