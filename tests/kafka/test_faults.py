"""Brokers that are not there, go away, or are slow; topics that are not there or go."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caudal.sql import SparkSession

from .brokers import Broker, free_ports
from .queries import batch, ended, save, session, start, stream, texts, until, values
from .topics import Kafka, KafkaGaveUp

TIMEOUT = "org.apache.kafka.common.errors.TimeoutException"


@pytest.fixture
def spark() -> Iterator[SparkSession]:
    """Queries that a test leaves behind are stopped."""
    opened = session()
    yield opened
    for query in opened.streams.active:
        query.stop()


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    [port] = free_ports(1)
    return f"127.0.0.1:{port}"


# Nobody there


def test_a_batch_over_no_broker_is_an_error_that_names_the_address(
    spark: SparkSession, nobody: str
) -> None:
    began = time.monotonic()
    with pytest.raises(Exception, match=TIMEOUT) as raised:
        batch(spark, nobody, "t", kafka_default_api_timeout_ms=1500).collect()
    assert nobody in str(raised.value) and "1500 ms" in str(raised.value)
    assert "onnect" in str(raised.value)
    assert 1.4 < time.monotonic() - began < 4


def test_a_query_over_no_broker_fails_within_its_time(
    spark: SparkSession, nobody: str, tmp_path: Path
) -> None:
    rows = stream(spark, nobody, "t", kafka_default_api_timeout_ms=1500)
    began = time.monotonic()
    query = rows.writeStream.format("noop").start()
    said = ended(query)
    assert TIMEOUT in said and nobody in said
    assert 1.4 < time.monotonic() - began < 4


def test_a_query_that_waits_for_brokers_is_stopped_at_once(
    spark: SparkSession, nobody: str
) -> None:
    query = stream(spark, nobody, "t").writeStream.format("noop").start()
    assert not query.awaitTermination(1.5), "it should wait for a minute"
    began = time.monotonic()
    query.stop()
    assert time.monotonic() - began < 2
    assert query.exception() is None


@pytest.mark.parametrize("transactional", [True, False])
def test_a_sink_without_a_broker_fails_within_its_time(
    transactional: bool, spark: SparkSession, nobody: str, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("a\n")
    rows = spark.readStream.text(str(tmp_path / "in"))
    options = {"caudal.transactional": transactional}
    query = start(
        rows,
        nobody,
        tmp_path / "checkpoint",
        topic="t",
        kafka_max_block_ms=1500,
        kafka_default_api_timeout_ms=1500,
        **options,
    )
    began = time.monotonic()
    said = ended(query)
    assert TIMEOUT in said
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("transactional", [True, False])
def test_a_sink_that_waits_for_brokers_is_stopped_at_once(
    transactional: bool, spark: SparkSession, nobody: str, tmp_path: Path
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("a\n")
    rows = spark.readStream.text(str(tmp_path / "in"))
    options = {"caudal.transactional": transactional}
    query = start(rows, nobody, tmp_path / "checkpoint", topic="t", **options)
    assert not query.awaitTermination(1.5), "it should wait for a minute"
    began = time.monotonic()
    query.stop()
    assert time.monotonic() - began < 3
    assert query.exception() is None


# Brokers that come and go


def copies(kafka: Kafka, topic: str) -> Counter[str]:
    return Counter(r.value.decode() for r in kafka.consume(topic) if r.value is not None)


@pytest.mark.parametrize("transactional", [True, False])
def test_a_broker_that_is_away_between_batches_is_waited_for(
    transactional: bool, spark: SparkSession, own_broker: Broker, tmp_path: Path
) -> None:
    kafka = Kafka(own_broker.bootstrap)
    source, target = kafka.topic("from"), kafka.topic("to")
    kafka.produce(source, ["a", "b"])
    rows = texts(stream(spark, kafka.bootstrap, source))
    options = {"caudal.transactional": transactional}
    query = start(rows, kafka.bootstrap, tmp_path / "checkpoint", topic=target, **options)
    query.processAllAvailable()
    own_broker.stop()
    assert not query.awaitTermination(1.5), "it should wait"
    own_broker.start()
    kafka = Kafka(own_broker.bootstrap)
    kafka.produce(source, ["c"])
    until(lambda: copies(kafka, target) == Counter("abc") or query.exception(), "the third row")
    query.stop()
    assert query.exception() is None


@pytest.mark.apache_kafka(reason="noida loses the last second")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("transactional", [True, False])
def test_a_broker_that_is_killed_amid_batches_loses_nothing(
    transactional: bool, spark: SparkSession, own_broker: Broker, tmp_path: Path
) -> None:
    kafka = Kafka(own_broker.bootstrap)
    source, target = kafka.topic("from", partitions=2), kafka.topic("to", partitions=2)
    rows = [str(number) for number in range(200_000)]
    kafka.produce(source, [(None, row, int(row) % 2) for row in rows], acks="all")
    read = texts(stream(spark, kafka.bootstrap, source, maxOffsetsPerTrigger=10_000))
    options = {"caudal.transactional": transactional}
    query = start(read, kafka.bootstrap, tmp_path / "checkpoint", topic=target, **options)
    for batches in (2, 6):
        until(lambda least=batches: done(query) >= least, f"{batches} batches")  # type: ignore[misc]
        own_broker.kill()
        own_broker.start()
    query.processAllAvailable()
    query.stop()
    assert query.exception() is None
    kafka = Kafka(own_broker.bootstrap)
    if transactional:
        assert copies(kafka, target) == Counter(rows)
    else:
        assert set(copies(kafka, target)) == set(rows)


def done(query: Any) -> int:
    last = query.lastProgress
    return -1 if last is None else int(last["batchId"])


def test_a_broker_that_answers_late_is_waited_for(
    spark: SparkSession, own_broker: Broker, tmp_path: Path
) -> None:
    kafka = Kafka(own_broker.bootstrap)
    source, target = kafka.topic("from"), kafka.topic("to")
    kafka.produce(source, ["a"])
    own_broker.freeze()
    options = {"caudal.transactional": True}
    rows = texts(stream(spark, kafka.bootstrap, source))
    query = start(rows, kafka.bootstrap, tmp_path / "checkpoint", topic=target, **options)
    assert not query.awaitTermination(2.5), "it should wait"
    own_broker.thaw()
    query.processAllAvailable()
    own_broker.freeze()
    assert not query.awaitTermination(1.5), "it should wait"
    own_broker.thaw()
    kafka.produce(source, ["b"])
    until(lambda: copies(kafka, target) == Counter("ab"), "the second row")
    own_broker.freeze()
    began = time.monotonic()
    query.stop()
    assert time.monotonic() - began < 4
    assert query.exception() is None
    own_broker.thaw()


# Topics


def test_a_topic_that_is_not_there_is_named(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    absent = kafka.name("absent")
    with pytest.raises(Exception, match="UnknownTopicOrPartitionException") as raised:
        batch(spark, kafka.bootstrap, absent).collect()
    assert absent in str(raised.value)
    query = stream(spark, kafka.bootstrap, absent).writeStream.format("noop").start()
    said = ended(query)
    assert "UnknownTopicOrPartitionException" in said and absent in said


def test_a_topic_without_records_is_no_rows(spark: SparkSession, kafka: Kafka) -> None:
    topic = kafka.topic(partitions=2)
    began = time.monotonic()
    assert batch(spark, kafka.bootstrap, topic).collect() == []
    query = stream(spark, kafka.bootstrap, topic).writeStream.format("noop").start()
    query.processAllAvailable()
    query.stop()
    assert query.exception() is None
    assert time.monotonic() - began < 10


def test_many_partitions(spark: SparkSession, kafka: Kafka, tmp_path: Path) -> None:
    source = kafka.topic("from", partitions=100)
    kafka.produce(source, [(None, str(number), number % 100) for number in range(500)])
    expected = sorted(map(str, range(500)))
    assert sorted(values(batch(spark, kafka.bootstrap, source))) == expected
    target = kafka.topic("to", partitions=100)
    read = texts(stream(spark, kafka.bootstrap, source, maxOffsetsPerTrigger=200))
    query = start(read, kafka.bootstrap, tmp_path / "checkpoint", topic=target)
    query.processAllAvailable()
    kafka.produce(source, [(None, "last", 99)])
    query.processAllAvailable()
    query.stop()
    assert sorted(copies(kafka, target).elements()) == sorted([*expected, "last"])


def test_a_stop_amid_a_large_batch_is_no_failure(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    source = kafka.topic("from")
    rows = [str(number) for number in range(50_000)]
    kafka.produce(source, rows)
    target = kafka.topic("to")
    options = {"caudal.transactional": True}
    read = texts(stream(spark, kafka.bootstrap, source, kafka_max_poll_records=100))

    def begin() -> Any:
        return start(read, kafka.bootstrap, tmp_path / "checkpoint", topic=target, **options)

    query = begin()
    until(lambda: kafka.offsets(target)[0][1] > 0 or done(query) >= 0, "first records")
    began = time.monotonic()
    query.stop()
    assert time.monotonic() - began < 5
    assert query.exception() is None
    query = begin()
    query.processAllAvailable()
    query.stop()
    assert copies(kafka, target) == Counter(rows)


@pytest.mark.apache_kafka(reason="noida makes topics that are asked for")
def test_writing_to_a_topic_that_is_not_there(spark: SparkSession, kafka: Kafka) -> None:
    absent = kafka.name("absent")
    rows = spark.createDataFrame([("v",)], "value string")
    with pytest.raises(Exception, match=f"Topic {absent} not present in metadata after 1500 ms"):
        save(rows, kafka.bootstrap, topic=absent, kafka_max_block_ms=1500)
    with pytest.raises(KafkaGaveUp):
        kafka.produce(absent, ["v"], **{"topic.metadata.propagation.max.ms": 100})
