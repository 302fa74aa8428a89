"""Topics and records of a test, by confluent-kafka: a client that has nothing of ours.

A ``Kafka`` makes topics whose names nobody else has, and remembers them, so that a
recording can call them by the name that the test gave. Knows nothing of Spark or pytest.
"""

import contextlib
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import (
    Consumer,
    IsolationLevel,
    KafkaException,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic, OffsetSpec

SECONDS = 30
# A fixed moment for records that say none: half of a comparison is when a record was made.
FIRST_MILLI = 1_700_000_000_000

Headers = list[tuple[str, bytes | None]] | None


class KafkaGaveUp(Exception):
    """The broker did not do in time what a test asked of it."""


@dataclass(frozen=True)
class Record:
    """One record as it lies in a topic."""

    key: bytes | None
    value: bytes | None
    partition: int
    offset: int
    headers: Headers
    timestamp: int


class Kafka:
    """What tests and programs do with a broker at `bootstrap`.

    `settings` are for every client (how to log in, say), in librdkafka's names.
    """

    def __init__(self, bootstrap: str, settings: Mapping[str, Any] | None = None) -> None:
        self.bootstrap = bootstrap
        self._settings = {"bootstrap.servers": bootstrap, "log_level": 0, **(settings or {})}
        self._admin = AdminClient(self._settings)
        self._names: dict[str, str] = {}
        self._produced = 0

    # Topics

    def name(self, label: str = "topic") -> str:
        """A name that nobody has: of a topic that is not there, or of a group."""
        found = f"{label}-{uuid.uuid4().hex[:12]}"
        self._names[found] = label
        return found

    def names(self) -> dict[str, str]:
        """The names made here, each with the label that it was made from."""
        return dict(self._names)

    def topic(
        self, label: str = "topic", partitions: int = 1, config: Mapping[str, str] | None = None
    ) -> str:
        """A new topic; its name starts with `label`."""
        name = self.name(label)
        self.make_topic(name, partitions, config)
        return name

    def make_topic(
        self, name: str, partitions: int = 1, config: Mapping[str, str] | None = None
    ) -> None:
        """A new topic of just that name (one that was deleted, say)."""
        # The records' times are old; noida would delete them by its default retention.
        config = {"retention.ms": "-1", **(config or {})}
        wanted = NewTopic(name, partitions, replication_factor=1, config=config)
        self._wait(self._admin.create_topics([wanted]))
        self._until(lambda: self.partitions(name) == partitions, f"topic {name}")

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has; 0 where it is not there."""
        found = self._admin.list_topics(timeout=SECONDS).topics.get(topic)
        return 0 if found is None or found.error else len(found.partitions)

    def add_partitions(self, topic: str, total: int) -> None:
        self._wait(self._admin.create_partitions([NewPartitions(topic, total)]))
        self._until(lambda: self.partitions(topic) == total, f"{total} partitions of {topic}")

    def delete_topic(self, topic: str) -> None:
        self._wait(self._admin.delete_topics([topic], operation_timeout=SECONDS))
        self._until(lambda: self.partitions(topic) == 0, f"the end of topic {topic}")

    def delete_records(self, topic: str, before: Mapping[int, int]) -> None:
        """Deletes what lies before an offset, by partition."""
        self._wait(
            self._admin.delete_records(
                [TopicPartition(topic, number, offset) for number, offset in before.items()]
            )
        )

    def offsets(self, topic: str) -> dict[int, tuple[int, int]]:
        """By partition the first offset that is there and the one after the last."""
        numbers = range(self.partitions(topic))
        first = self._listed(topic, numbers, OffsetSpec.earliest())
        end = self._listed(topic, numbers, OffsetSpec.latest())
        return {number: (first[number], end[number]) for number in numbers}

    def _listed(self, topic: str, numbers: Iterable[int], spec: Any) -> dict[int, int]:
        asked = {TopicPartition(topic, number): spec for number in numbers}
        answers = self._admin.list_offsets(
            asked, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=SECONDS
        )
        return {place.partition: answer.result(SECONDS).offset for place, answer in answers.items()}

    # Records

    def produce(self, topic: str, records: Iterable[Any], **settings: Any) -> None:
        """Writes records and waits until all lie there.

        A record is ``(key, value, partition, headers, timestamp in ms)`` or the first of
        these; a bare text or bytes is a value. Without a partition it is 0, without a time
        one that grows by a millisecond a record (a time of 0 would be the client's now).
        """
        producer = Producer({**self._settings, "linger.ms": 1, **settings})
        wrong: list[Any] = []
        for record in records:
            self._produce(producer, topic, record, wrong)
        left = producer.flush(SECONDS)
        if wrong or left:
            raise KafkaGaveUp(f"{len(wrong)} records refused ({wrong[:1]}), {left} not sent")

    def _produce(self, producer: Producer, topic: str, record: Any, wrong: list[Any]) -> None:
        key, value, partition, headers, milli = whole(record)
        if milli is None:
            milli = FIRST_MILLI + self._produced
        self._produced += 1

        def done(error: Any, _message: Any) -> None:
            if error is not None:
                wrong.append(error)

        while True:
            try:
                producer.produce(
                    topic, value, key, partition, timestamp=milli, headers=headers, callback=done
                )
                return
            except BufferError:
                producer.poll(0.1)

    @contextlib.contextmanager
    def transaction(
        self, topic: str, records: Iterable[Any], commit: bool = True
    ) -> Iterator[None]:
        """A transaction that is open with `records` in it for the length of the block."""
        producer = Producer({**self._settings, "transactional.id": self.name("transaction")})
        producer.init_transactions(SECONDS)
        producer.begin_transaction()
        wrong: list[Any] = []
        for record in records:
            self._produce(producer, topic, record, wrong)
        producer.flush(SECONDS)
        yield
        if commit:
            producer.commit_transaction(SECONDS)
        else:
            producer.abort_transaction(SECONDS)

    def consume(self, topic: str, *, read_committed: bool = True) -> list[Record]:
        """All that lies in a topic now, by partition and offset."""
        consumer = Consumer(
            {
                **self._settings,
                "group.id": self.name("reader"),
                "enable.auto.commit": False,
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
                "isolation.level": "read_committed" if read_committed else "read_uncommitted",
            }
        )
        try:
            first = {number: ends[0] for number, ends in self.offsets(topic).items()}
            places = [TopicPartition(topic, number, offset) for number, offset in first.items()]
            consumer.assign(places)
            return self._read(consumer, set(first))
        finally:
            consumer.close()

    def _read(self, consumer: Consumer, unread: set[int]) -> list[Record]:
        found: list[Record] = []
        limit = time.monotonic() + SECONDS
        while unread:
            message = consumer.poll(1.0)
            if time.monotonic() > limit:
                raise KafkaGaveUp(f"not read in {SECONDS} s: partitions {sorted(unread)}")
            if message is None:
                continue
            if message.error() is None:
                found.append(_record(message))
            elif message.error().name() == "_PARTITION_EOF":
                unread.discard(message.partition())
            else:
                raise KafkaException(message.error())
        return sorted(found, key=lambda record: (record.partition, record.offset))

    # Waiting

    @staticmethod
    def _wait(futures: Mapping[Any, Any]) -> None:
        for future in futures.values():
            future.result(SECONDS)

    @staticmethod
    def _until(true: Any, what: str) -> None:
        limit = time.monotonic() + SECONDS
        while not true():
            if time.monotonic() > limit:
                raise KafkaGaveUp(f"not there in {SECONDS} s: {what}")
            time.sleep(0.02)


def whole(record: Any) -> tuple[bytes | None, bytes | None, int, Headers, int | None]:
    """A record in all five parts."""
    if record is None or isinstance(record, (str, bytes)):
        record = (None, record)
    key, value, partition, headers, milli = [*record, *[None] * (5 - len(record))]
    return _bytes(key), _bytes(value), partition or 0, headers, milli


def _bytes(text: str | bytes | None) -> bytes | None:
    return text.encode() if isinstance(text, str) else text


def _record(message: Any) -> Record:
    return Record(
        message.key(),
        message.value(),
        message.partition(),
        message.offset(),
        message.headers(),
        message.timestamp()[1],
    )
