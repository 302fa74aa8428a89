"""Batches as transactions: whole or not at all, and one query for one transactional id."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from caudal.sql import SparkSession
from caudal.sql.functions import raise_error, when

from .queries import ended, save, session, start, stream, texts, until
from .topics import Kafka

TRANSACTIONAL: dict[str, Any] = {"caudal.transactional": True}


@pytest.fixture
def spark() -> Iterator[SparkSession]:
    opened = session()
    yield opened
    for query in opened.streams.active:
        query.stop()


def seen(kafka: Kafka, topic: str, *, read_committed: bool = True) -> Counter[str]:
    found = kafka.consume(topic, read_committed=read_committed)
    return Counter(r.value.decode() for r in found if r.value is not None)


def test_of_two_queries_with_one_id_the_older_is_refused_and_says_so(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    source, target = kafka.topic("from"), kafka.topic("to")
    kafka.produce(source, ["a"])
    name = kafka.name("id")
    rows = texts(stream(spark, kafka.bootstrap, source))

    def begin(folder: str) -> Any:
        options = {"kafka.transactional.id": name, **TRANSACTIONAL}
        return start(rows, kafka.bootstrap, tmp_path / folder, topic=target, **options)

    older = begin("older")
    older.processAllAvailable()
    newer = begin("newer")
    newer.processAllAvailable()
    kafka.produce(source, ["b"])
    said = ended(older)
    assert "ProducerFencedException" in said and name in said
    newer.processAllAvailable()
    newer.stop()
    assert newer.exception() is None
    # Each has a checkpoint of its own, so each wrote the first row; the second is the newer's.
    assert seen(kafka, target) == Counter({"a": 2, "b": 1})


def test_an_older_copy_of_a_checkpoint_is_refused(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    import shutil

    source, target = kafka.topic("from"), kafka.topic("to")
    rows = texts(stream(spark, kafka.bootstrap, source))
    checkpoint, copy = tmp_path / "checkpoint", tmp_path / "copy"

    def run() -> Any:
        query = start(rows, kafka.bootstrap, checkpoint, topic=target, **TRANSACTIONAL)
        query.processAllAvailable()
        query.stop()
        assert query.exception() is None

    kafka.produce(source, ["a"])
    run()
    shutil.copytree(checkpoint, copy)
    for row in "bcd":
        kafka.produce(source, [row])
        run()
    shutil.rmtree(checkpoint)
    copy.rename(checkpoint)
    query = start(rows, kafka.bootstrap, checkpoint, topic=target, **TRANSACTIONAL)
    assert "older copy" in ended(query)
    assert seen(kafka, target) == Counter("abcd")


def test_a_new_checkpoint_with_an_old_id_begins_anew(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    source, target = kafka.topic("from"), kafka.topic("to")
    rows = texts(stream(spark, kafka.bootstrap, source))
    kafka.produce(source, ["a"])
    options = {"kafka.transactional.id": kafka.name("id"), **TRANSACTIONAL}
    for folder in ("first", "second"):
        query = start(rows, kafka.bootstrap, tmp_path / folder, topic=target, **options)
        query.processAllAvailable()
        query.stop()
    assert seen(kafka, target) == Counter({"a": 2})


def test_a_batch_that_fails_in_its_middle_is_not_seen(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    source, target = kafka.topic("from"), kafka.topic("to")
    kafka.produce(source, [str(number) for number in range(2000)])
    rows = texts(stream(spark, kafka.bootstrap, source, kafka_max_poll_records=100))

    # So little room that most is with the brokers when the poison comes.
    options = {"kafka.buffer.memory": 2000, **TRANSACTIONAL}

    def begin(poisoned: bool) -> Any:
        value = when(rows.value == "1500", raise_error("poison")).otherwise(rows.value)
        read = rows.select(value.alias("value")) if poisoned else rows
        return start(read, kafka.bootstrap, tmp_path / "c", topic=target, **options)

    assert "poison" in ended(begin(poisoned=True))
    assert seen(kafka, target) == Counter()
    assert sum(seen(kafka, target, read_committed=False).values()) > 0
    query = begin(poisoned=False)
    query.processAllAvailable()
    query.stop()
    assert seen(kafka, target) == Counter(map(str, range(2000)))


def test_a_written_batch_is_there_whole_or_not_at_all(spark: SparkSession, kafka: Kafka) -> None:
    target = kafka.topic("to", partitions=2)
    rows = spark.range(5000).selectExpr("CAST(id AS STRING) AS value")
    name = kafka.name("id")
    options = {"kafka.transactional.id": name, **TRANSACTIONAL}
    for times in (1, 2):
        save(rows, kafka.bootstrap, topic=target, **options)
        assert seen(kafka, target) == Counter({str(number): times for number in range(5000)})
    poisoned = rows.select(when(rows.value == "4000", raise_error("poison")).otherwise(rows.value))
    with pytest.raises(Exception, match="poison"):
        save(poisoned.toDF("value"), kafka.bootstrap, topic=target, **options)
    assert seen(kafka, target) == Counter({str(number): 2 for number in range(5000)})


def test_a_batch_is_larger_than_what_the_client_holds(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    source, target = kafka.topic("from"), kafka.topic("to")
    padding = "x" * 1000
    rows = [f"{number} {padding}" for number in range(3000)]
    kafka.produce(source, rows)
    read = texts(stream(spark, kafka.bootstrap, source))
    options = {"kafka.buffer.memory": 100_000, **TRANSACTIONAL}
    query = start(read, kafka.bootstrap, tmp_path / "c", topic=target, **options)
    query.processAllAvailable()
    query.stop()
    assert query.exception() is None
    assert seen(kafka, target) == Counter(rows)


def test_a_topic_that_goes_does_not_take_the_number_with_it(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    """Batch 1 writes to two topics, one of them goes, and the query's log forgets batch 1."""
    source = kafka.topic("from")
    kept, gone = kafka.topic("kept"), kafka.topic("gone")
    read = stream(spark, kafka.bootstrap, source)
    rows = read.selectExpr("CAST(key AS STRING) AS topic", "value")

    def run() -> None:
        query = start(rows, kafka.bootstrap, tmp_path / "c", **TRANSACTIONAL)
        query.processAllAvailable()
        query.stop()
        assert query.exception() is None

    kafka.produce(source, [(kept, "a")])
    run()
    kafka.produce(source, [(gone, "b"), (kept, "c")])
    run()
    kafka.delete_topic(gone)
    # As if it had been killed between the brokers' word and its own.
    (tmp_path / "c" / "commits" / "1").unlink()
    for sum_of_it in (tmp_path / "c" / "commits").glob(".1*"):
        sum_of_it.unlink()
    run()
    assert seen(kafka, kept) == Counter("ac")


def test_two_queries_of_one_source_are_apart(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    """One reader and two writers, each with transactions of its own."""
    source = kafka.topic("from")
    targets = [kafka.topic("odd"), kafka.topic("even")]
    kafka.produce(source, [str(number) for number in range(100)])
    rows = texts(stream(spark, kafka.bootstrap, source, maxOffsetsPerTrigger=10))
    queries = [
        start(
            rows.where(f"CAST(value AS INT) % 2 = {1 - number}"),
            kafka.bootstrap,
            tmp_path / str(number),
            topic=target,
            **TRANSACTIONAL,
        )
        for number, target in enumerate(targets)
    ]
    for query in queries:
        query.processAllAvailable()
        query.stop()
        assert query.exception() is None
    assert seen(kafka, targets[0]) == Counter(str(n) for n in range(1, 100, 2))
    assert seen(kafka, targets[1]) == Counter(str(n) for n in range(0, 100, 2))


def test_an_id_without_transactions_is_refused(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    rows = spark.createDataFrame([("v",)], "value string")
    with pytest.raises(Exception, match=r"transactional\.id.*caudal\.transactional"):
        save(rows, kafka.bootstrap, topic="t", **{"kafka.transactional.id": "x"})


def test_a_transaction_that_is_shorter_than_a_delivery_is_possible(
    spark: SparkSession, kafka: Kafka
) -> None:
    target = kafka.topic("to")
    rows = spark.createDataFrame([("v",)], "value string")
    options = {"kafka.transaction.timeout.ms": 10_000, **TRANSACTIONAL}
    save(rows, kafka.bootstrap, topic=target, **options)
    assert seen(kafka, target) == Counter(["v"])


def test_progress_counts_the_rows_of_a_batch(
    spark: SparkSession, kafka: Kafka, tmp_path: Path
) -> None:
    source, target = kafka.topic("from"), kafka.topic("to")
    kafka.produce(source, ["a", "b"])
    rows = texts(stream(spark, kafka.bootstrap, source))
    query = start(rows, kafka.bootstrap, tmp_path / "c", topic=target, **TRANSACTIONAL)
    query.processAllAvailable()
    until(lambda: query.lastProgress is not None, "progress")
    sink = json.loads(json.dumps(query.recentProgress[0]["sink"]))
    query.stop()
    assert sink["numOutputRows"] == 2
